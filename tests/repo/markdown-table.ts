/**
 * Reads a table out of a document, so that a test can compare it with the code. A row is the list of its cells,
 * without the backquotes around a whole cell.
 */

/** @param headings of the wanted table, in order @throws when the document has no such table */
export function tableRows(markdown: string, headings: readonly string[]): string[][] {
  const lines = markdown.split("\n");
  const start = lines.findIndex((line) => cells(line).join("|") === headings.join("|"));
  if (start < 0) throw new Error(`no table with the headings ${headings.join(", ")}`);
  const rows: string[][] = [];
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith("|")) break;
    rows.push(cells(line));
  }
  return rows;
}

function cells(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/^`([^`]*)`$/, "$1"));
}
