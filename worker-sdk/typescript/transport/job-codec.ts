/**
 * The messages of which a busy worker reads or writes one for each job, straight between bytes and the objects that the
 * rest of the SDK has of them: the codec of proto-loader makes objects of its own in between, and compiling it is a good
 * part of a short worker's life. It goes on to write what is rare. Fields that this version does not know are passed over.
 */
import type { Duration__Output } from "../../../proto/gen/google/protobuf/Duration.js";
import type { Timestamp } from "../../../proto/gen/google/protobuf/Timestamp.js";
import type { Payload__Output } from "../../../proto/gen/muster/common/v1/Payload.js";
import type { Assignment__Output } from "../../../proto/gen/muster/worker/v1/Assignment.js";
import type { JobRef__Output } from "../../../proto/gen/muster/worker/v1/JobRef.js";
import type { JobResult } from "../../../proto/gen/muster/worker/v1/JobResult.js";
import type { ResultAck__Output } from "../../../proto/gen/muster/worker/v1/ResultAck.js";
import type { ResultDisposition__Output } from "../../../proto/gen/muster/worker/v1/ResultDisposition.js";
import type { ParentOutput__Output } from "../../../proto/gen/muster/worker/v1/ParentOutput.js";
import { WireWriter } from "../../../proto/wire-writer.js";
import { Cursor } from "./wire.js";

const RESULT_BYTES = 128;

/** @throws RangeError when the bytes end early */
export function decodeAssignments(batch: Buffer): Assignment__Output[] {
  const assignments: Assignment__Output[] = [];
  const cursor = new Cursor(batch, 0, batch.length);
  while (cursor.isOpen) {
    if (cursor.tag() === (1 << 3) + 2) assignments.push(readAssignment(cursor.inner()));
    else cursor.skipField();
  }
  return assignments;
}

const DISPOSITIONS = [
  "RESULT_DISPOSITION_UNSPECIFIED",
  "RESULT_DISPOSITION_COMMITTED",
  "RESULT_DISPOSITION_DUPLICATE",
  "RESULT_DISPOSITION_STALE",
  "RESULT_DISPOSITION_UNKNOWN_JOB",
  "RESULT_DISPOSITION_INVALID",
  "RESULT_DISPOSITION_RETRY_LATER",
  "RESULT_DISPOSITION_CONFLICT",
] as const satisfies readonly ResultDisposition__Output[];

/** A disposition that this version does not know is left out. @throws RangeError when the bytes end early */
export function decodeResultAcks(batch: Buffer): ResultAck__Output[] {
  const acks: ResultAck__Output[] = [];
  const cursor = new Cursor(batch, 0, batch.length);
  while (cursor.isOpen) {
    if (cursor.tag() === (1 << 3) + 2) acks.push(readAck(cursor.inner()));
    else cursor.skipField();
  }
  return acks;
}

/** @returns null when one of them is no success: these are left to the codec of proto-loader */
export function encodeSuccesses(results: readonly JobResult[]): Buffer | null {
  let bytes = 0;
  for (const { success } of results) {
    if (success == null) return null;
    bytes += RESULT_BYTES + ((success.output?.inline as Uint8Array | undefined)?.length ?? 0);
  }
  const out = new WireWriter(bytes);
  for (const result of results) putSuccess(out, result);
  return out.finish();
}

function putSuccess(out: WireWriter, { ref, success, startedAt, finishedAt }: JobResult): void {
  const start = out.begin(1);
  if (ref != null) {
    const inner = out.begin(1);
    if (ref.jobId !== undefined) out.string(1, ref.jobId);
    if (ref.attempt !== undefined) out.uint(2, ref.attempt);
    if (ref.leaseEpoch !== undefined) out.uint(3, Number(ref.leaseEpoch));
    out.end(inner);
  }
  const inner = out.begin(2);
  const output = success?.output;
  if (output != null) {
    const payload = out.begin(1);
    if (output.contentType !== undefined) out.string(1, output.contentType);
    if (output.inline !== undefined) out.bytes(2, output.inline as Uint8Array);
    if (output.uri !== undefined) out.string(3, output.uri);
    out.end(payload);
  }
  out.end(inner);
  putTime(out, 5, startedAt);
  putTime(out, 6, finishedAt);
  out.end(start);
}

function putTime(out: WireWriter, field: number, time: Timestamp | null | undefined): void {
  if (time == null) return;
  const start = out.begin(field);
  if (time.seconds !== undefined) out.uint(1, Number(time.seconds));
  if (time.nanos !== undefined) out.uint(2, time.nanos);
  out.end(start);
}

const VARINT = 0;
const BYTES = 2;
const tag = (field: number, wireType: number): number => field * 8 + wireType;

const ASSIGNMENT = {
  ref: tag(1, BYTES),
  queue: tag(2, BYTES),
  jobType: tag(3, BYTES),
  payload: tag(4, BYTES),
  headers: tag(5, BYTES),
  executionTimeout: tag(6, BYTES),
  enqueuedAt: tag(7, BYTES),
  graphId: tag(8, BYTES),
  parents: tag(9, BYTES),
  traceparent: tag(10, BYTES),
  tracestate: tag(11, BYTES),
  priority: tag(12, VARINT),
  maxAttempts: tag(13, VARINT),
  checkpoint: tag(14, BYTES),
  parentsTruncated: tag(15, VARINT),
  startTimeout: tag(16, BYTES),
  progressTimeout: tag(17, BYTES),
  slack: tag(18, BYTES),
} as const;

function readAssignment(from: Cursor): Assignment__Output {
  const read: Assignment__Output = {};
  while (from.isOpen) {
    switch (from.tag()) {
      case ASSIGNMENT.ref:
        read.ref = readRef(from.inner());
        break;
      case ASSIGNMENT.queue:
        read.queue = from.text();
        break;
      case ASSIGNMENT.jobType:
        read.jobType = from.text();
        break;
      case ASSIGNMENT.payload:
        read.payload = readPayload(from.inner());
        break;
      case ASSIGNMENT.headers:
        readHeader((read.headers ??= {}), from.inner());
        break;
      case ASSIGNMENT.executionTimeout:
        read.executionTimeout = readTime(from.inner());
        break;
      case ASSIGNMENT.enqueuedAt:
        read.enqueuedAt = readTime(from.inner());
        break;
      case ASSIGNMENT.graphId:
        read.graphId = from.text();
        break;
      case ASSIGNMENT.parents:
        (read.parents ??= []).push(readParent(from.inner()));
        break;
      case ASSIGNMENT.traceparent:
        read.traceparent = from.text();
        break;
      case ASSIGNMENT.tracestate:
        read.tracestate = from.text();
        break;
      case ASSIGNMENT.priority:
        read.priority = from.int32();
        break;
      case ASSIGNMENT.maxAttempts:
        read.maxAttempts = from.varint();
        break;
      case ASSIGNMENT.checkpoint:
        read.checkpoint = readPayload(from.inner());
        break;
      case ASSIGNMENT.parentsTruncated:
        read.parentsTruncated = from.varint() !== 0;
        break;
      case ASSIGNMENT.startTimeout:
        read.startTimeout = readTime(from.inner());
        break;
      case ASSIGNMENT.progressTimeout:
        read.progressTimeout = readTime(from.inner());
        break;
      case ASSIGNMENT.slack:
        read.slack = readTime(from.inner());
        break;
      default:
        from.skipField();
    }
  }
  return read;
}

function readAck(from: Cursor): ResultAck__Output {
  const ack: ResultAck__Output = {};
  while (from.isOpen) {
    const at = from.tag();
    if (at === tag(1, BYTES)) ack.ref = readRef(from.inner());
    else if (at === tag(2, VARINT)) {
      const disposition = DISPOSITIONS[from.int32()];
      if (disposition !== undefined) ack.disposition = disposition;
    } else if (at === tag(3, BYTES)) ack.reason = from.text();
    else if (at === tag(4, VARINT)) ack.unblockedCount = from.varint();
    else if (at === tag(5, BYTES)) (ack.unblockedJobIds ??= []).push(from.text());
    else if (at === tag(6, VARINT)) ack.willRetry = from.varint() !== 0;
    else from.skipField();
  }
  return ack;
}

function readRef(from: Cursor): JobRef__Output {
  const ref: JobRef__Output = {};
  while (from.isOpen) {
    const at = from.tag();
    if (at === tag(1, BYTES)) ref.jobId = from.text();
    else if (at === tag(2, VARINT)) ref.attempt = from.varint();
    else if (at === tag(3, VARINT)) ref.leaseEpoch = from.varint();
    else from.skipField();
  }
  return ref;
}

function readPayload(from: Cursor): Payload__Output {
  const payload: Payload__Output = {};
  while (from.isOpen) {
    const at = from.tag();
    if (at === tag(1, BYTES)) payload.contentType = from.text();
    else if (at === tag(2, BYTES)) {
      delete payload.uri;
      payload.inline = from.bytesOf();
      payload.body = "inline";
    } else if (at === tag(3, BYTES)) {
      delete payload.inline;
      payload.uri = from.text();
      payload.body = "uri";
    } else from.skipField();
  }
  return payload;
}

function readParent(from: Cursor): ParentOutput__Output {
  const parent: ParentOutput__Output = {};
  while (from.isOpen) {
    const at = from.tag();
    if (at === tag(1, BYTES)) parent.jobId = from.text();
    else if (at === tag(2, BYTES)) parent.output = readPayload(from.inner());
    else if (at === tag(3, BYTES)) parent.key = from.text();
    else if (at === tag(4, VARINT)) parent.succeeded = from.varint() !== 0;
    else from.skipField();
  }
  return parent;
}

function readHeader(headers: Record<string, string>, from: Cursor): void {
  let [name, value] = ["", ""];
  while (from.isOpen) {
    const at = from.tag();
    if (at === tag(1, BYTES)) name = from.text();
    else if (at === tag(2, BYTES)) value = from.text();
    else from.skipField();
  }
  // As a field of its own, whatever its name.
  Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Durations and times alike. */
function readTime(from: Cursor): Duration__Output {
  const time: Duration__Output = {};
  while (from.isOpen) {
    const at = from.tag();
    if (at === tag(1, VARINT)) time.seconds = from.varint();
    else if (at === tag(2, VARINT)) time.nanos = from.int32();
    else from.skipField();
  }
  return time;
}
