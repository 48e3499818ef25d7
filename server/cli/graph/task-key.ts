/**
 * Makes a job key from the id that a workflow file gives a task. Ids of real workflow systems hold any printable
 * text and may be long; a key is printable and at most 200 characters, and two ids never share one.
 */
import { createHash } from "node:crypto";

const KEY_LENGTH_MAX = 200;
const LABEL_BYTES_MAX = 256;
const HASH_LENGTH = 16;
// Control and format characters, line separators, and halves of surrogate pairs.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The id itself where it may be a key, else what is left of it, `~` and a hash of the whole. */
export function taskKey(id: string): string {
  const printable = id.replaceAll(UNPRINTABLE, "?");
  if (printable === id && id.length <= KEY_LENGTH_MAX) return id;
  const hash = createHash("sha256").update(id).digest("hex").slice(0, HASH_LENGTH);
  return `${cutAt(printable, KEY_LENGTH_MAX - HASH_LENGTH - 1)}~${hash}`;
}

/** Text that fits into a label: at most 256 bytes of UTF-8, never half a character. */
export function labelText(text: string): string {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= LABEL_BYTES_MAX) return text;
  let end = LABEL_BYTES_MAX;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--; // a continuation byte: step back to its first
  return bytes.toString("utf8", 0, end);
}

function cutAt(text: string, length: number): string {
  const cut = text.slice(0, length);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}
