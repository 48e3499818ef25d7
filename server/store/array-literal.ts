/**
 * Postgres array literals for the hot statements. The driver quotes and escapes every element of an array, numbers
 * included, which is a tenth of the server's work at full load; these say what they are.
 */

/** Whole numbers, or null for SQL null. */
export function numberArray(values: readonly (number | null | undefined)[]): string {
  let text = "{";
  for (let at = 0; at < values.length; at++) {
    if (at > 0) text += ",";
    text += values[at] ?? "NULL";
  }
  return `${text}}`;
}

const NEEDS_QUOTES = /[^A-Za-z0-9_./:+-]|^null$|^$/i;

/** Texts, or null for SQL null. */
export function textArray(values: readonly (string | null)[]): string {
  let text = "{";
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? null;
    if (at > 0) text += ",";
    if (value === null) text += "NULL";
    else if (NEEDS_QUOTES.test(value)) text += `"${value.replace(/[\\"]/g, "\\$&")}"`;
    else text += value;
  }
  return `${text}}`;
}
