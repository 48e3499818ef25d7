/** Loads the text of a statement from `sql/<name>.sql`, once. */
import { readFileSync } from "node:fs";

const ROOT = new URL("./sql/", import.meta.url);
const cache = new Map<string, string>();

export function sqlFile(name: string): string {
  let text = cache.get(name);
  if (text === undefined) {
    text = readFileSync(new URL(`${name}.sql`, ROOT), "utf8");
    cache.set(name, text);
  }
  return text;
}

/** A statement for a hot connection, prepared there under its name at first use. */
export function hotStatement(
  name: string,
  values: unknown[],
): { name: string; text: string; values: unknown[] } {
  return { name, text: sqlFile(name), values };
}
