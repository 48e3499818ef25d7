/**
 * The messages of which a busy worker reads one for each job, straight from bytes to the objects that the rest of the SDK
 * has of them: the codec of proto-loader makes objects of its own in between, and compiling it is a good part of a short
 * worker's life (docs/adr/0015). Fields that this version does not know are passed over.
 */
import type { Duration__Output } from "../../../proto/gen/google/protobuf/Duration.js";
import type { Payload__Output } from "../../../proto/gen/muster/common/v1/Payload.js";
import type { Assignment__Output } from "../../../proto/gen/muster/worker/v1/Assignment.js";
import type { JobRef__Output } from "../../../proto/gen/muster/worker/v1/JobRef.js";
import type { ResultAck__Output } from "../../../proto/gen/muster/worker/v1/ResultAck.js";
import type { ResultDisposition__Output } from "../../../proto/gen/muster/worker/v1/ResultDisposition.js";
import type { ParentOutput__Output } from "../../../proto/gen/muster/worker/v1/ParentOutput.js";
import { Cursor, WIRE } from "./cursor.js";

const tag = (field: number, wireType: number): number => field * 8 + wireType;

/** @throws RangeError when the bytes end early */
export function decodeAssignments(batch: Buffer): Assignment__Output[] {
  const assignments: Assignment__Output[] = [];
  const cursor = new Cursor(batch, 0, batch.length);
  while (cursor.isOpen) {
    if (cursor.tag() === tag(1, WIRE.bytes)) assignments.push(readAssignment(cursor.inner()));
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
    if (cursor.tag() === tag(1, WIRE.bytes)) acks.push(readAck(cursor.inner()));
    else cursor.skipField();
  }
  return acks;
}

const ASSIGNMENT = {
  ref: tag(1, WIRE.bytes),
  queue: tag(2, WIRE.bytes),
  jobType: tag(3, WIRE.bytes),
  payload: tag(4, WIRE.bytes),
  headers: tag(5, WIRE.bytes),
  executionTimeout: tag(6, WIRE.bytes),
  enqueuedAt: tag(7, WIRE.bytes),
  graphId: tag(8, WIRE.bytes),
  parents: tag(9, WIRE.bytes),
  traceparent: tag(10, WIRE.bytes),
  tracestate: tag(11, WIRE.bytes),
  priority: tag(12, WIRE.varint),
  maxAttempts: tag(13, WIRE.varint),
  checkpoint: tag(14, WIRE.bytes),
  parentsTruncated: tag(15, WIRE.varint),
  startTimeout: tag(16, WIRE.bytes),
  progressTimeout: tag(17, WIRE.bytes),
  slack: tag(18, WIRE.bytes),
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
    if (at === tag(1, WIRE.bytes)) ack.ref = readRef(from.inner());
    else if (at === tag(2, WIRE.varint)) {
      const disposition = DISPOSITIONS[from.int32()];
      if (disposition !== undefined) ack.disposition = disposition;
    } else if (at === tag(3, WIRE.bytes)) ack.reason = from.text();
    else if (at === tag(4, WIRE.varint)) ack.unblockedCount = from.varint();
    else if (at === tag(5, WIRE.bytes)) (ack.unblockedJobIds ??= []).push(from.text());
    else if (at === tag(6, WIRE.varint)) ack.willRetry = from.varint() !== 0;
    else from.skipField();
  }
  return ack;
}

function readRef(from: Cursor): JobRef__Output {
  const ref: JobRef__Output = {};
  while (from.isOpen) {
    const at = from.tag();
    if (at === tag(1, WIRE.bytes)) ref.jobId = from.text();
    else if (at === tag(2, WIRE.varint)) ref.attempt = from.varint();
    else if (at === tag(3, WIRE.varint)) ref.leaseEpoch = from.varint();
    else from.skipField();
  }
  return ref;
}

function readPayload(from: Cursor): Payload__Output {
  const payload: Payload__Output = {};
  while (from.isOpen) {
    const at = from.tag();
    if (at === tag(1, WIRE.bytes)) payload.contentType = from.text();
    else if (at === tag(2, WIRE.bytes)) {
      delete payload.uri;
      payload.inline = from.bytesOf();
      payload.body = "inline";
    } else if (at === tag(3, WIRE.bytes)) {
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
    if (at === tag(1, WIRE.bytes)) parent.jobId = from.text();
    else if (at === tag(2, WIRE.bytes)) parent.output = readPayload(from.inner());
    else if (at === tag(3, WIRE.bytes)) parent.key = from.text();
    else if (at === tag(4, WIRE.varint)) parent.succeeded = from.varint() !== 0;
    else from.skipField();
  }
  return parent;
}

function readHeader(headers: Record<string, string>, from: Cursor): void {
  let [name, value] = ["", ""];
  while (from.isOpen) {
    const at = from.tag();
    if (at === tag(1, WIRE.bytes)) name = from.text();
    else if (at === tag(2, WIRE.bytes)) value = from.text();
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
    if (at === tag(1, WIRE.varint)) time.seconds = from.varint();
    else if (at === tag(2, WIRE.varint)) time.nanos = from.int32();
    else from.skipField();
  }
  return time;
}
