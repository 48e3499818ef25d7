/**
 * What the command line prints: results on standard output, everything else on standard error. Tables for people,
 * JSON for programs. The only writer to the two streams, besides progress.
 */
import Table from "cli-table3";

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Warnings and hints; never part of a result. */
export function printNote(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** One document over several lines. */
export function printJson(value: unknown): void {
  printLine(JSON.stringify(value, null, 2));
}

/** One document on one line, for streams of them. */
export function printJsonLine(value: unknown): void {
  printLine(JSON.stringify(value));
}

const NO_BORDER = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** Columns without borders: easy to read, and to cut with awk. */
export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...head],
    chars: NO_BORDER,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const row of rows) table.push(row.map((cell) => (cell === "" ? "-" : oneLine(cell))));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** `name:  value` lines, values aligned; rows without a value are left out. */
export function fieldsText(rows: readonly (readonly [string, string])[]): string {
  const shown = rows.filter(([, value]) => value !== "");
  const width = Math.max(0, ...shown.map(([name]) => name.length)) + 1;
  return shown.map(([name, value]) => `${`${name}:`.padEnd(width)} ${oneLine(value)}`).join("\n");
}

/** What others wrote must not move the cursor of whoever reads it. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
}
