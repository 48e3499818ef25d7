/**
 * Page tokens: where the next page of a list goes on, as base64url of JSON `{id, dir}`. Opaque to clients and not
 * secret; a token that was altered, cut or made for a list in the other order is refused, never guessed at.
 */
import { invalid } from "../../core/errors.js";
import { shown } from "../../core/validate.js";

export type Direction = "asc" | "desc";

/** @param id the next page holds what comes strictly after this id in the direction of the list */
export function encodePageToken(id: number, dir: Direction): string {
  return Buffer.from(JSON.stringify({ id, dir })).toString("base64url");
}

/**
 * @returns the id, or null for the first page
 * @throws MusterError INVALID_REQUEST naming page_token
 */
export function decodePageToken(token: string | null, dir: Direction): number | null {
  if (token === null) return null;
  const decoded = parse(token);
  if (decoded === null) throw refused(token, "a token of an earlier page of this list");
  if (decoded.dir !== dir) throw refused(token, "a token of the same order (oldest_first)");
  return decoded.id;
}

function parse(token: string): { readonly id: number; readonly dir: Direction } | null {
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(token)) return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || !("id" in value) || !("dir" in value)) return null;
  const { id, dir } = value;
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 0) return null;
  return dir === "asc" || dir === "desc" ? { id, dir } : null;
}

function refused(token: string, expected: string): Error {
  return invalid("INVALID_REQUEST", [{ field: "page_token", expected, got: shown(token) }]);
}
