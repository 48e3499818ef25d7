/**
 * Which failures are the same failure: a short stable name made of the error's type and of what its message says once
 * everything that changes from job to job (numbers, ids, hex, quoted parts) is taken out. Pure and linear; stored with a
 * dead letter when its job dies, so that grouping them is a count. Changing a rule here makes new names: groups of
 * before keep theirs, and a test pins some.
 */

/** Characters of a message that are looked at; the rest rarely says what kind of failure it was. */
const MESSAGE_LENGTH_MAX = 1000;
/** Hex digits of a fingerprint. */
export const FINGERPRINT_LENGTH = 16;

const QUOTED = /"[^"\n]*"|`[^`\n]*`|(?<![\p{L}\p{N}])'[^'\n]*'(?![\p{L}\p{N}])/gu;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
/** A word with at least one digit in it. */
const NUMBERED = /[A-Za-z0-9_]*\d[A-Za-z0-9_]*/g;
const HEX = /^(0x[0-9a-f]+|[0-9a-f]{6,})$/i;
/** Letters and digits mixed for this long are an id, not a name with a number. */
const ID_LENGTH_MIN = 12;
/** 1.5, 10.0.0.1:443, 2030-01-31T08:00:00 are one thing each. */
const JOINED = /#(?:[.,:/T-]#)+/g;

/** The message with what changes replaced by `#`, on one line, up to 1,000 characters of it. */
export function normalisedMessage(message: string): string {
  return message
    .slice(0, MESSAGE_LENGTH_MAX)
    .replace(QUOTED, "#")
    .replace(UUID, "#")
    .replace(NUMBERED, withoutNumbers)
    .replace(JOINED, "#")
    .replace(/\s+/g, " ")
    .trim();
}

function withoutNumbers(word: string): string {
  if (HEX.test(word) || word.length >= ID_LENGTH_MIN) return "#";
  return word.replace(/\d+/g, "#");
}

/** 16 hex digits. Equal for errors that differ only in what `normalisedMessage` takes out. */
export function errorFingerprint(errorType: string, message: string): string {
  return hash64(`${errorType}\n${normalisedMessage(message)}`);
}

/** Two 32-bit hashes over the UTF-16 units, each stirred by the other at the end. No secret, no security. */
function hash64(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 2_654_435_761);
    low = Math.imul(low ^ unit, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return hex32(high) + hex32(low);
}

function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(FINGERPRINT_LENGTH / 2, "0");
}
