/**
 * Frames with assignments and acknowledgements, which are nearly all that a busy stream carries, straight to bytes: the
 * codec of proto-loader copies each into objects of its own first (docs/adr/0015). All other frames go through that codec. What is there is written, also when it is zero or
 * empty, and in the order of the fields: a test holds that both write the same bytes.
 */
import type { Duration } from "../../../proto/gen/google/protobuf/Duration.js";
import type { Timestamp } from "../../../proto/gen/google/protobuf/Timestamp.js";
import type { Payload } from "../../../proto/gen/muster/common/v1/Payload.js";
import type { Assignment } from "../../../proto/gen/muster/worker/v1/Assignment.js";
import type { ConnectResponse } from "../../../proto/gen/muster/worker/v1/ConnectResponse.js";
import type { JobRef } from "../../../proto/gen/muster/worker/v1/JobRef.js";
import type { ParentOutput } from "../../../proto/gen/muster/worker/v1/ParentOutput.js";
import type { ResultAck } from "../../../proto/gen/muster/worker/v1/ResultAck.js";
import type { ResultDisposition } from "../../../proto/gen/muster/worker/v1/ResultDisposition.js";
import { WireWriter } from "../../../proto/wire-writer.js";

const FRAME = { seq: 1, ackSeq: 2, assignmentBatch: 13, resultAckBatch: 14 } as const;
const ITEMS = 1;
const HEAD_BYTES = 64;
const ASSIGNMENT_BYTES = 512;
const ACK_BYTES = 80;

const DISPOSITIONS = {
  RESULT_DISPOSITION_UNSPECIFIED: 0,
  RESULT_DISPOSITION_COMMITTED: 1,
  RESULT_DISPOSITION_DUPLICATE: 2,
  RESULT_DISPOSITION_STALE: 3,
  RESULT_DISPOSITION_UNKNOWN_JOB: 4,
  RESULT_DISPOSITION_INVALID: 5,
  RESULT_DISPOSITION_RETRY_LATER: 6,
  RESULT_DISPOSITION_CONFLICT: 7,
} as const satisfies Record<Extract<ResultDisposition, string>, number>;

/** @returns null for frames that are left to the codec of proto-loader */
export function encodeFrame(frame: ConnectResponse): Buffer | null {
  const assignments = frame.assignmentBatch?.assignments;
  if (assignments !== undefined) {
    const out = opened(frame, HEAD_BYTES + assignments.length * ASSIGNMENT_BYTES);
    const batch = out.begin(FRAME.assignmentBatch);
    for (const assignment of assignments) putAssignment(out, assignment);
    out.end(batch);
    return out.finish();
  }
  const acks = frame.resultAckBatch?.acks;
  if (acks === undefined) return null;
  const out = opened(frame, HEAD_BYTES + acks.length * ACK_BYTES);
  const batch = out.begin(FRAME.resultAckBatch);
  for (const ack of acks) putAck(out, ack);
  out.end(batch);
  return out.finish();
}

function opened({ seq, ackSeq }: ConnectResponse, bytes: number): WireWriter {
  const out = new WireWriter(bytes);
  putUint(out, FRAME.seq, seq);
  putUint(out, FRAME.ackSeq, ackSeq);
  return out;
}

function putAssignment(out: WireWriter, assignment: Assignment): void {
  const start = out.begin(ITEMS);
  putRef(out, assignment.ref);
  putText(out, 2, assignment.queue);
  putText(out, 3, assignment.jobType);
  putPayload(out, 4, assignment.payload);
  for (const name in assignment.headers) {
    const entry = out.begin(5);
    out.string(1, name);
    out.string(2, assignment.headers[name] ?? "");
    out.end(entry);
  }
  putTime(out, 6, assignment.executionTimeout);
  putTime(out, 7, assignment.enqueuedAt);
  putText(out, 8, assignment.graphId);
  for (const parent of assignment.parents ?? []) putParent(out, parent);
  putText(out, 10, assignment.traceparent);
  putText(out, 11, assignment.tracestate);
  if (assignment.priority !== undefined) out.int32(12, assignment.priority);
  putUint(out, 13, assignment.maxAttempts);
  putPayload(out, 14, assignment.checkpoint);
  putBool(out, 15, assignment.parentsTruncated);
  putTime(out, 16, assignment.startTimeout);
  putTime(out, 17, assignment.progressTimeout);
  putTime(out, 18, assignment.slack);
  out.end(start);
}

function putParent(out: WireWriter, parent: ParentOutput): void {
  const start = out.begin(9);
  putText(out, 1, parent.jobId);
  putPayload(out, 2, parent.output);
  putText(out, 3, parent.key);
  putBool(out, 4, parent.succeeded);
  out.end(start);
}

function putAck(out: WireWriter, ack: ResultAck): void {
  const start = out.begin(ITEMS);
  putRef(out, ack.ref);
  const { disposition } = ack;
  if (disposition !== undefined)
    putUint(out, 2, typeof disposition === "number" ? disposition : DISPOSITIONS[disposition]);
  putText(out, 3, ack.reason);
  putUint(out, 4, ack.unblockedCount);
  for (const id of ack.unblockedJobIds ?? []) out.string(5, id);
  putBool(out, 6, ack.willRetry);
  out.end(start);
}

function putRef(out: WireWriter, ref: JobRef | null | undefined): void {
  if (ref == null) return;
  const start = out.begin(1);
  putText(out, 1, ref.jobId);
  putUint(out, 2, ref.attempt);
  putUint(out, 3, ref.leaseEpoch);
  out.end(start);
}

/** A member of a oneof is written also when it is empty: that it is there is what it says. */
function putPayload(out: WireWriter, field: number, payload: Payload | null | undefined): void {
  if (payload == null) return;
  const start = out.begin(field);
  putText(out, 1, payload.contentType);
  if (payload.inline !== undefined) out.bytes(2, payload.inline as Uint8Array);
  if (payload.uri !== undefined) out.string(3, payload.uri);
  out.end(start);
}

/** Durations and times alike. */
function putTime(out: WireWriter, field: number, time: Duration | Timestamp | null | undefined): void {
  if (time == null) return;
  const start = out.begin(field);
  putUint(out, 1, time.seconds);
  putUint(out, 2, time.nanos);
  out.end(start);
}

function putText(out: WireWriter, field: number, text: string | undefined): void {
  if (text !== undefined) out.string(field, text);
}

/** The numbers of these frames are numbers: the server makes no others. */
function putUint(out: WireWriter, field: number, value: unknown): void {
  if (typeof value === "number") out.uint(field, value);
}

function putBool(out: WireWriter, field: number, value: boolean | undefined): void {
  if (value !== undefined) out.uint(field, value ? 1 : 0);
}
