/**
 * Public job and graph ids. A public id is a UUIDv7 (RFC 9562) that carries the internal `bigint` id: 48 bits
 * of creation time in ms, 12 check bits, 62 bits of internal id. So a public id needs no column and no index
 * (docs/adr/0002): the row is found by primary key, and a mistyped id fails the check bits or the creation
 * time instead of finding another job. The ids are not secrets; access is decided by namespace.
 */

export interface DecodedId {
  /** Internal id, 1..2^53-1. */
  readonly id: number;
  /** Creation time, ms since 1970; must equal the row's. */
  readonly createdMs: number;
}

const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7([0-9a-f]{3})-([89ab][0-9a-f]{3})-([0-9a-f]{12})$/;
const TWO_32 = 2 ** 32;
const TWO_48 = 2 ** 48;

/** Jobs of one submission have one: the head of their ids is made once. */
let lastTime = { ms: 0, text: "00000000-0000-7" };

/** @throws RangeError for a number outside the bounds of `DecodedId`: it would read back as something else */
export function formatId(id: number, createdMs: number): string {
  if (!Number.isSafeInteger(id) || id < 1) throw new RangeError(`id: expected 1..2^53-1, got ${id}`);
  if (!Number.isInteger(createdMs) || createdMs < 0 || createdMs >= TWO_48) {
    throw new RangeError(`createdMs: expected whole ms since 1970 below 2^48, got ${createdMs}`);
  }
  if (createdMs !== lastTime.ms) {
    const time = createdMs.toString(16).padStart(12, "0");
    lastTime = { ms: createdMs, text: `${time.slice(0, 8)}-${time.slice(8)}-7` };
  }
  const high = Math.floor(id / TWO_48); // up to 5 bits used of the 14 behind the variant
  const low = id % TWO_48;
  const check = checkBits(id, createdMs).toString(16).padStart(3, "0");
  const variant = (0x8000 | high).toString(16);
  return `${lastTime.text}${check}-${variant}-${low.toString(16).padStart(12, "0")}`;
}

/** Null for anything that is not an id made by `formatId`; upper case is accepted. */
export function parseId(text: string): DecodedId | null {
  const m = UUID_V7.exec(text.toLowerCase());
  if (m === null) return null;
  const [, t1 = "", t2 = "", check = "", variant = "", low = ""] = m;
  const createdMs = Number.parseInt(t1 + t2, 16);
  const id = (Number.parseInt(variant, 16) & 0x3fff) * TWO_48 + Number.parseInt(low, 16);
  if (!Number.isSafeInteger(id) || id < 1) return null;
  return Number.parseInt(check, 16) === checkBits(id, createdMs) ? { id, createdMs } : null;
}

/** 12 bits that depend on every bit of both numbers. */
function checkBits(id: number, createdMs: number): number {
  let h = mixed(0x811c9dc5, id % TWO_32);
  h = mixed(h, Math.floor(id / TWO_32));
  h = mixed(h, createdMs % TWO_32);
  h = mixed(h, Math.floor(createdMs / TWO_32));
  return (h ^ (h >>> 12)) & 0xfff;
}

function mixed(before: number, part: number): number {
  const h = Math.imul(before ^ part, 0x01000193) >>> 0;
  return Math.imul(h ^ (h >>> 15), 0x85ebca6b) >>> 0;
}
