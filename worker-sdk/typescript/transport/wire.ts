/**
 * Just enough of the protobuf wire format to route frames without decoding them: the counters of a frame, which
 * member it carries, and the job each item of a batch is about. Every batch of the contract has its items in
 * field 1, and every item its JobRef in field 1, so one reader serves them all. Pure. Bodies that somebody has
 * to read are decoded elsewhere, see `frames.ts`; this file must never interpret more than it names.
 */
import { Cursor, WIRE } from "./cursor.js";

export interface SplitFrame {
  readonly seq: number;
  readonly ackSeq: number;
  /** Field number of the oneof member; 0 for a frame without one this version could know. */
  readonly member: number;
  readonly body: Buffer;
}

export interface BatchItem {
  readonly jobId: string;
  readonly attempt: number;
  readonly leaseEpoch: number;
  /** The item as it stands in the batch, with tag and length: batches are made by joining these. */
  readonly entry: Buffer;
}

const MEMBER_MIN = 10;
const NOTHING: Buffer = Buffer.alloc(0);

/** @throws RangeError when the bytes end early or hold a group (which proto3 cannot) */
export function splitFrame(bytes: Buffer): SplitFrame {
  const cursor = new Cursor(bytes, 0, bytes.length);
  let seq = 0;
  let ackSeq = 0;
  let member = 0;
  let body = NOTHING;
  while (cursor.at < cursor.end) {
    const tag = cursor.varint();
    const field = Math.floor(tag / 8);
    if (field === 1 && tag % 8 === WIRE.varint) seq = cursor.varint();
    else if (field === 2 && tag % 8 === WIRE.varint) ackSeq = cursor.varint();
    else if (field >= MEMBER_MIN && tag % 8 === WIRE.bytes) {
      const length = cursor.length();
      member = field;
      body = bytes.subarray(cursor.at, cursor.at + length);
      cursor.at += length;
    } else cursor.skip(tag % 8);
  }
  return { seq, ackSeq, member, body };
}

/** The items of any batch, in order. @throws RangeError as `splitFrame` */
export function splitBatch(body: Buffer): BatchItem[] {
  const items: BatchItem[] = [];
  const cursor = new Cursor(body, 0, body.length);
  while (cursor.at < cursor.end) {
    const start = cursor.at;
    const tag = cursor.varint();
    if (tag !== 0x0a) {
      cursor.skip(tag % 8);
      continue;
    }
    const length = cursor.length();
    const itemEnd = cursor.at + length;
    items.push(readItem(body, cursor.at, itemEnd, start));
    cursor.at = itemEnd;
  }
  return items;
}

/** One frame: counters, then the member's body, given in parts that are joined. */
export function joinFrame(seq: number, ackSeq: number, member: number, parts: readonly Uint8Array[]): Buffer {
  let bodyLength = 0;
  for (const part of parts) bodyLength += part.length;
  const frame = Buffer.allocUnsafe(32 + bodyLength);
  let at = 0;
  at = putVarint(frame, at, 0x08);
  at = putVarint(frame, at, seq);
  if (ackSeq > 0) {
    at = putVarint(frame, at, 0x10);
    at = putVarint(frame, at, ackSeq);
  }
  at = putVarint(frame, at, member * 8 + WIRE.bytes);
  at = putVarint(frame, at, bodyLength);
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  return frame.subarray(0, at);
}

/** Gives an encoded item its tag and length, as it stands in a batch. */
export function toEntry(item: Uint8Array): Buffer {
  const entry = Buffer.allocUnsafe(11 + item.length);
  let at = putVarint(entry, 0, 0x0a);
  at = putVarint(entry, at, item.length);
  entry.set(item, at);
  return entry.subarray(0, at + item.length);
}

function readItem(bytes: Buffer, from: number, end: number, entryStart: number): BatchItem {
  const cursor = new Cursor(bytes, from, end);
  let jobId = "";
  let attempt = 0;
  let leaseEpoch = 0;
  while (cursor.at < cursor.end) {
    const tag = cursor.varint();
    if (tag !== 0x0a) {
      cursor.skip(tag % 8);
      continue;
    }
    const refLength = cursor.length();
    const ref = new Cursor(bytes, cursor.at, cursor.at + refLength);
    while (ref.at < ref.end) {
      const refTag = ref.varint();
      if (refTag === 0x0a) {
        const length = ref.length();
        jobId = bytes.toString("utf8", ref.at, ref.at + length);
        ref.at += length;
      } else if (refTag === 0x10) attempt = ref.varint();
      else if (refTag === 0x18) leaseEpoch = ref.varint();
      else ref.skip(refTag % 8);
    }
    break; // senders write fields in order, and a JobRef is never split
  }
  return { jobId, attempt, leaseEpoch, entry: bytes.subarray(entryStart, end) };
}

/** @param value a whole number, 0 <= value < 2^53 */
function putVarint(bytes: Uint8Array, start: number, value: number): number {
  let rest = value;
  let at = start;
  while (rest >= 0x80) {
    bytes[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  bytes[at++] = rest;
  return at;
}
