/**
 * Reads fields out of parsed JSON and says exactly what is wrong with a bad one: the path, what was expected and
 * what was got. The three graph formats are read through these few functions; none of them changes its input.
 */
import { badInput } from "../exit-codes.js";

export type JsonObject = { readonly [name: string]: unknown };

/** How a value is named in an error: short, quoted, on one line. */
export function shownJson(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown, path: string): JsonObject {
  if (!isObject(value)) throw badInput(path, "an object", shownJson(value));
  return value;
}

export function asList(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw badInput(path, "a list", shownJson(value));
  return value;
}

/** A string with at least one character. */
export function asText(value: unknown, path: string): string {
  if (typeof value !== "string" || value === "")
    throw badInput(path, "a string that is not empty", shownJson(value));
  return value;
}

export function asNumber(
  value: unknown,
  path: string,
  bounds: { readonly min: number; readonly max: number },
): number {
  if (typeof value !== "number" || !(value >= bounds.min && value <= bounds.max)) {
    const range =
      bounds.max === Number.MAX_VALUE ? `of ${bounds.min} or more` : `from ${bounds.min} to ${bounds.max}`;
    throw badInput(path, `a number ${range}`, shownJson(value));
  }
  return value;
}

export function asTextMap(value: unknown, path: string): Readonly<Record<string, string>> {
  const entries = Object.entries(asObject(value, path)).map(([name, text]) => {
    if (typeof text !== "string") throw badInput(`${path}.${name}`, "a string", shownJson(text));
    return [name, text] as const;
  });
  return Object.fromEntries(entries);
}
