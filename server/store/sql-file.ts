/** Loads the text of a statement from `sql/<name>.sql`, once; of a variant from the statement it is one of. */
import { readFileSync } from "node:fs";

const ROOT = new URL("./sql/", import.meta.url);
/** Of which statement each is: it has what stands there as a comment behind the variant's name besides. */
const VARIANT_OF: Readonly<Record<string, string>> = {
  submit_again: "submit",
  submit_keyed: "submit",
  submit_one_taken: "submit_one",
  lock_parents: "read_parents",
  lock_parents_strong: "read_parents",
};
const cache = new Map<string, string>();

export function sqlFile(name: string): string {
  let text = cache.get(name);
  if (text === undefined) {
    const base = VARIANT_OF[name];
    text =
      base === undefined
        ? readFileSync(new URL(`${name}.sql`, ROOT), "utf8")
        : sqlFile(base).replaceAll(`-- ${name}: `, "");
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
