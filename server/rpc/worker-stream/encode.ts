/**
 * From words to wire: the one place where frames for workers are built. proto-loader drops what it does not know
 * and encodes two oneof members if given two, so each factory is typed and sets exactly one member; `seq` and
 * `ack_seq` are set by the writer on the same object. Objects have the shape that proto-loader reads, no copies.
 */
import type { Assignment as WireAssignment } from "../../../proto/gen/muster/worker/v1/Assignment.js";
import type { Cancel } from "../../../proto/gen/muster/worker/v1/Cancel.js";
import type { ConnectResponse } from "../../../proto/gen/muster/worker/v1/ConnectResponse.js";
import type { JobRef as WireRef } from "../../../proto/gen/muster/worker/v1/JobRef.js";
import type { ParentOutput as WireParent } from "../../../proto/gen/muster/worker/v1/ParentOutput.js";
import type { ResultAck } from "../../../proto/gen/muster/worker/v1/ResultAck.js";
import type { Revoke } from "../../../proto/gen/muster/worker/v1/Revoke.js";
import type { Assignment, Disposition, ParentOutput, Payload, Verdict } from "../../core/job.js";
import type { ReconcileVerdict, Registration, SessionStream } from "../../core/sessions.js";
import { encodePayload } from "../codec/payload.js";
import { encodeDuration, encodeTimestampMs } from "../codec/time.js";
import type { FrameLimits } from "./settings.js";

export type CancelOrder = Parameters<SessionStream["cancel"]>[0][number];
export type RevokeOrder = Parameters<SessionStream["revoke"]>[0][number];
export type DrainOrder = Parameters<SessionStream["drain"]>[0];
type DrainReason = DrainOrder["reason"];

export const PROTOCOL = 1;

export function welcomeFrame(welcome: {
  readonly registration: Registration;
  readonly workerId: string;
  readonly features: readonly string[];
  readonly limits: FrameLimits;
  readonly serverId: string;
  readonly nowMs: number;
}): ConnectResponse {
  const { registration, limits } = welcome;
  return {
    welcome: {
      protocol: PROTOCOL,
      features: [...welcome.features],
      workerId: welcome.workerId,
      sessionId: String(registration.sessionId),
      sessionEpoch: registration.sessionEpoch,
      resumeToken: registration.resumeToken,
      heartbeatInterval: encodeDuration(registration.heartbeatIntervalMs),
      leaseTtl: encodeDuration(registration.leaseTtlMs),
      resumeGrace: encodeDuration(registration.resumeGraceMs),
      maxSessionAge: encodeDuration(registration.maxSessionAgeMs),
      limits: {
        maxFrameBytes: limits.maxFrameBytes,
        maxPayloadBytes: limits.maxPayloadBytes,
        maxResultBytes: limits.maxResultBytes,
        maxBatchItems: limits.maxBatchItems,
        maxInFlight: limits.maxInFlight,
      },
      serverId: welcome.serverId,
      serverTime: encodeTimestampMs(welcome.nowMs),
      resumed: registration.resumed,
    },
  } satisfies ConnectResponse;
}

const RECONCILE_ACTIONS = {
  revoked: "RECONCILE_ACTION_REVOKED",
  resend_result: "RECONCILE_ACTION_RESEND_RESULT",
  already_committed: "RECONCILE_ACTION_ALREADY_COMMITTED",
} as const satisfies Record<ReconcileVerdict["action"], string>;

/** One frame or more, of up to `itemsMax` verdicts each; only the last says so. */
export function reconcileFrames(verdicts: readonly ReconcileVerdict[], itemsMax: number): ConnectResponse[] {
  const frames: ConnectResponse[] = [];
  let start = 0;
  do {
    const chunk = verdicts.slice(start, start + itemsMax).map((verdict) => ({
      ref: wireRef(verdict.publicId, verdict.attempt, verdict.ref.leaseEpoch),
      action: RECONCILE_ACTIONS[verdict.action],
    }));
    start += itemsMax;
    frames.push({
      reconcileBatch: { verdicts: chunk, last: start >= verdicts.length },
    } satisfies ConnectResponse);
  } while (start < verdicts.length);
  return frames;
}

export function heartbeatAckFrame(
  { pingId, nextInMs }: { readonly pingId: number; readonly nextInMs: number },
  leaseTtlMs: number,
  nowMs: number,
): ConnectResponse {
  return {
    heartbeatAck: {
      pingId,
      leaseTtl: encodeDuration(leaseTtlMs),
      serverTime: encodeTimestampMs(nowMs),
      nextIn: encodeDuration(nextInMs),
    },
  } satisfies ConnectResponse;
}

/** Which of an assignment's parents fit into a frame. */
export type ParentsKept = "all" | "without_outputs" | "none";

export function wireAssignment(assignment: Assignment, queue: string, kept: ParentsKept): WireAssignment {
  const wire: WireAssignment = {
    ref: wireRef(assignment.publicId, assignment.attempt, assignment.leaseEpoch),
    queue,
    jobType: assignment.type,
    payload: encodePayload(assignment.payload),
    enqueuedAt: encodeTimestampMs(assignment.readyAtMs),
    priority: assignment.effectivePriority,
    maxAttempts: assignment.maxAttempts,
  };
  if (assignment.headers !== null) {
    wire.headers = assignment.headers;
    // W3C trace context travels in the message, never in the stream's metadata: it belongs to the job.
    const { traceparent, tracestate } = assignment.headers;
    if (traceparent !== undefined) wire.traceparent = traceparent;
    if (tracestate !== undefined) wire.tracestate = tracestate;
  }
  if (assignment.executionTimeoutMs !== null)
    wire.executionTimeout = encodeDuration(assignment.executionTimeoutMs);
  if (assignment.startTimeoutMs !== null) wire.startTimeout = encodeDuration(assignment.startTimeoutMs);
  if (assignment.progressTimeoutMs !== null)
    wire.progressTimeout = encodeDuration(assignment.progressTimeoutMs);
  if (assignment.slackMs > 0) wire.slack = encodeDuration(assignment.slackMs);
  if (assignment.graphPublicId !== null) wire.graphId = assignment.graphPublicId;
  if (assignment.checkpoint !== null) wire.checkpoint = encodePayload(assignment.checkpoint);
  if (assignment.parents.length > 0 && kept !== "none") {
    wire.parents = assignment.parents.map((parent) => wireParent(parent, kept === "all"));
  }
  if (assignment.parentsTruncated || kept !== "all") wire.parentsTruncated = true;
  return wire;
}

function wireParent(parent: ParentOutput, withOutput: boolean): WireParent {
  const wire: WireParent = { jobId: parent.publicId, succeeded: parent.succeeded };
  if (parent.key !== null) wire.key = parent.key;
  if (withOutput && parent.output !== null) wire.output = encodePayload(parent.output);
  return wire;
}

/** Ids, times and numbers of one assignment at their longest. */
const ASSIGNMENT_BYTES = 200;

export interface AssignmentBytes {
  readonly own: number;
  readonly refs: number;
  readonly outputs: number;
}

/** An upper estimate of the encoded size, by what of the parents is kept. */
export function assignmentBytes(assignment: Assignment, queue: string): AssignmentBytes {
  let own = ASSIGNMENT_BYTES + queue.length + assignment.type.length;
  own += payloadBytes(assignment.payload) + payloadBytes(assignment.checkpoint);
  if (assignment.headers !== null) {
    for (const name in assignment.headers) {
      own += 16 + Buffer.byteLength(name) + 2 * Buffer.byteLength(assignment.headers[name] ?? "");
    }
  }
  let refs = 0;
  let outputs = 0;
  for (const parent of assignment.parents) {
    refs += 56 + (parent.key?.length ?? 0);
    outputs += payloadBytes(parent.output);
  }
  return { own, refs, outputs };
}

function payloadBytes(payload: Payload | null): number {
  if (payload === null) return 0;
  return 24 + payload.contentType.length * 3 + (payload.body?.length ?? 0) + (payload.uri?.length ?? 0) * 3;
}

const DISPOSITIONS = {
  committed: "RESULT_DISPOSITION_COMMITTED",
  duplicate: "RESULT_DISPOSITION_DUPLICATE",
  conflict: "RESULT_DISPOSITION_CONFLICT",
  stale: "RESULT_DISPOSITION_STALE",
  unknown_job: "RESULT_DISPOSITION_UNKNOWN_JOB",
} as const satisfies Record<Disposition, string>;

const UNBLOCKED_IDS_MAX = 100;

export function verdictAck(ref: WireRef, verdict: Verdict): ResultAck {
  const ack: ResultAck = { ref, disposition: DISPOSITIONS[verdict.disposition] };
  if (verdict.willRetry) ack.willRetry = true;
  if (verdict.unblockedCount > 0) {
    ack.unblockedCount = verdict.unblockedCount;
    ack.unblockedJobIds = verdict.unblockedIds.slice(0, UNBLOCKED_IDS_MAX);
  }
  return ack;
}

export function wireCancel(order: CancelOrder): Cancel {
  return {
    ref: wireRef(order.publicId, order.attempt, order.ref.leaseEpoch),
    reason: order.reason,
    grace: encodeDuration(order.graceMs),
  };
}

export function wireRevoke(order: RevokeOrder): Revoke {
  return { ref: wireRef(order.publicId, order.attempt, order.ref.leaseEpoch), reason: order.reason };
}

const DRAIN_REASONS = {
  shutdown: "SERVER_DRAIN_REASON_SHUTDOWN",
  rebalance: "SERVER_DRAIN_REASON_REBALANCE",
  max_age: "SERVER_DRAIN_REASON_MAX_AGE",
  operator: "SERVER_DRAIN_REASON_OPERATOR",
} as const satisfies Record<DrainReason, string>;

export function serverDrainFrame(order: DrainOrder): ConnectResponse {
  return {
    serverDrain: {
      reason: DRAIN_REASONS[order.reason],
      reconnectAfter: encodeDuration(order.reconnectAfterMs),
      closeAfter: encodeDuration(order.closeAfterMs),
    },
  } satisfies ConnectResponse;
}

export function noticeFrame(code: string, message: string): ConnectResponse {
  return { notice: { code, message } } satisfies ConnectResponse;
}

function wireRef(jobId: string, attempt: number, leaseEpoch: number): WireRef {
  return { jobId, attempt, leaseEpoch };
}
