/** Tables for people: plain text, as wide as their content, no colours, so that they can be pasted anywhere. */
import Table from "cli-table3";
import type { Outcome } from "./outcome.js";

const PLAIN = {
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

/** The first column is text, the others are numbers. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...head],
    chars: PLAIN,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: head.map((_, at) => (at === 0 ? "left" : "right")),
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => `  ${line.trimEnd()}`)
    .join("\n");
}

export function outcomeText(outcome: Outcome): string {
  const { parameters, latencies, figures, cpu } = outcome;
  const parts = [`${outcome.scenario}: ${outcome.shows}`];
  if (figures.length > 0) {
    const rows = figures.map((figure) => [
      figure.name,
      number(figure.median),
      figure.unit,
      `${number(figure.min)} - ${number(figure.max)}`,
      figure.wall === undefined ? "" : `${Math.round(figure.wall.share * 100)} % of ${figure.wall.name}`,
    ]);
    parts.push(textTable(["", "median", "unit", "lowest - highest", "share of the wall"], rows));
  }
  if (latencies.length > 0) {
    const rows = latencies.map((each) => [
      each.name,
      ...[each.p50, each.p90, each.p99, each.p999, each.max].map(number),
      String(each.count),
      each.p50ByRound.map(number).join(" "),
    ]);
    parts.push(textTable(["ms", "p50", "p90", "p99", "p99.9", "max", "samples", "p50 of each round"], rows));
  }
  for (const { name, perJobUs } of cpu) {
    const total = Object.values(perJobUs).reduce((sum, value) => sum + value, 0);
    const list = Object.entries(perJobUs).map(([process, us]) => `${process} ${number(us)}`);
    parts.push(`  CPU us, ${name}: ${number(total)} = ${list.join(" + ")}`);
  }
  const shown = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  parts.push(`  with ${shown.join(", ")}, servers ${outcome.servers}`);
  return parts.join("\n");
}

/** Three digits that matter, thousands apart. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const size = Math.abs(value);
  if (size >= 1_000) return Math.round(value).toLocaleString("en-US").replaceAll(",", " ");
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toFixed(digits);
}
