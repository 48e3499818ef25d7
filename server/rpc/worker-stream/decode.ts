/**
 * From wire to words: one cast turns what proto-loader decoded into a discriminated union, and each item of a
 * batch becomes what the coordinator takes, or a reason why it cannot. Bounds every number and text, because one
 * bad value would fail the whole group commit it is written with. Pure; called by inbound.ts.
 */
import type { Duration__Output } from "../../../proto/gen/google/protobuf/Duration.js";
import type { Timestamp__Output } from "../../../proto/gen/google/protobuf/Timestamp.js";
import type { Payload__Output } from "../../../proto/gen/muster/common/v1/Payload.js";
import type { ConnectRequest__Output } from "../../../proto/gen/muster/worker/v1/ConnectRequest.js";
import type { Failure__Output } from "../../../proto/gen/muster/worker/v1/Failure.js";
import type { JobResult__Output } from "../../../proto/gen/muster/worker/v1/JobResult.js";
import type { Progress__Output } from "../../../proto/gen/muster/worker/v1/Progress.js";
import type { Release__Output } from "../../../proto/gen/muster/worker/v1/Release.js";
import type { Outcome, Payload, Result } from "../../core/job.js";
import type { ProgressItem, ReleaseItem } from "../../core/sessions.js";
import type { HeldJobs } from "./held.js";
import type { FrameLimits } from "./settings.js";

type Member = NonNullable<ConnectRequest__Output["message"]>;

/** A frame with exactly one known member, which is set. */
export type InboundFrame = {
  [M in Member]: { readonly message: M } & { readonly [P in M]: NonNullable<ConnectRequest__Output[P]> };
}[Member];

/** Null for a member that this version does not know: R15 says to ignore it. */
export function decodeFrame(raw: ConnectRequest__Output): InboundFrame | null {
  const member = raw.message;
  if (member === undefined || raw[member] === undefined) return null;
  return raw as InboundFrame; // the one cast: the line above is its proof
}

/** The column is a 32-bit integer; 0 was never handed out. */
const LEASE_EPOCH_MAX = 2_147_483_647;
const ERROR_TEXT_MAX = 8_192;
const NAME_TEXT_MAX = 200;
/** The error type of a worker that enforced the execution timeout. */
const TIMED_OUT = "TIMEOUT";
const CONTENT_TYPE_DEFAULT = "application/octet-stream";
const URI_MAX = 2_048;
const RETRY_AFTER_MS_MAX = 30 * 24 * 60 * 60 * 1000;
const TIMESTAMP_SECONDS_MAX = 8_000_000_000;

export interface DecodedResult {
  readonly result: Result;
  /** Why it is recorded as a failure and not as what was sent; null: it is what was sent. */
  readonly invalid: string | null;
}

/** The error type of a job whose worker sent a result that cannot be kept. */
const RESULT_INVALID = "RESULT_INVALID";

/** Why a result is not given to the coordinator. */
export class Refusal {
  readonly disposition: "RESULT_DISPOSITION_UNKNOWN_JOB" | "RESULT_DISPOSITION_INVALID";
  readonly reason: string;

  constructor(disposition: Refusal["disposition"], reason: string) {
    this.disposition = disposition;
    this.reason = reason;
  }
}

const invalid = (reason: string) => new Refusal("RESULT_DISPOSITION_INVALID", reason);

/** A job whose result cannot be kept has failed: nobody works on it any more, and another attempt would end the same way. */
export function decodeResult(
  wire: JobResult__Output,
  held: HeldJobs,
  limits: FrameLimits,
): DecodedResult | Refusal {
  const publicId = wire.ref?.jobId ?? "";
  const leaseEpoch = wire.ref?.leaseEpoch ?? 0;
  if (publicId === "")
    return new Refusal("RESULT_DISPOSITION_UNKNOWN_JOB", "ref.job_id: expected an id, got none");
  if (!isLeaseEpoch(leaseEpoch)) {
    return invalid(`ref.lease_epoch: expected 1 to ${LEASE_EPOCH_MAX}, got ${leaseEpoch}`);
  }
  const ref = held.refOf(publicId, leaseEpoch);
  if (ref === null) return new Refusal("RESULT_DISPOSITION_UNKNOWN_JOB", "ref.job_id: not an id of a job");
  const outcome = decodeOutcome(wire, limits);
  const startedAtMs = timestampMs(wire.startedAt);
  if (!(outcome instanceof Refusal)) return { result: { ref, outcome, startedAtMs }, invalid: null };
  const { reason } = outcome;
  const failure = decodeFailure({ errorType: RESULT_INVALID, message: reason, nonRetryable: true });
  return { result: { ref, outcome: failure, startedAtMs }, invalid: reason };
}

function decodeOutcome(wire: JobResult__Output, limits: FrameLimits): Outcome | Refusal {
  if (wire.success !== undefined) {
    const output = decodePayload(wire.success.output, limits.maxResultBytes, "success.output");
    return output instanceof Refusal ? output : { kind: "succeeded", output };
  }
  if (wire.failure !== undefined) return decodeFailure(wire.failure);
  if (wire.cancelled !== undefined) {
    return { kind: "cancelled", reason: storable(wire.cancelled.reason, ERROR_TEXT_MAX) };
  }
  return invalid("outcome: expected success, failure or cancelled, got none");
}

function decodeFailure(failure: Failure__Output): Outcome {
  const { retryAfter } = failure;
  return {
    kind: "failed",
    error: {
      errorType: storable(failure.errorType, NAME_TEXT_MAX),
      message: storable(failure.message, ERROR_TEXT_MAX),
      stackTrace: storable(failure.stackTrace, ERROR_TEXT_MAX),
    },
    nonRetryable: failure.nonRetryable ?? false,
    retryAfterMs: retryAfter === undefined ? null : durationMs(retryAfter, RETRY_AFTER_MS_MAX),
    timedOut: failure.errorType === TIMED_OUT,
  };
}

/** Null when absent. Neither body set is an empty body: an empty `inline` may be left out by an encoder. */
function decodePayload(
  wire: Payload__Output | undefined,
  bytesMax: number,
  field: string,
): Payload | null | Refusal {
  if (wire === undefined) return null;
  const contentType = storable(wire.contentType, NAME_TEXT_MAX) || CONTENT_TYPE_DEFAULT;
  if (wire.uri !== undefined && wire.body === "uri") {
    if (wire.uri.length > URI_MAX) {
      return invalid(`${field}.uri: expected at most ${URI_MAX} characters, got ${wire.uri.length}`);
    }
    return { contentType, body: null, uri: storable(wire.uri, URI_MAX) };
  }
  const body = wire.inline ?? EMPTY;
  if (body.length > bytesMax) {
    return invalid(`${field}.inline: expected at most ${bytesMax} bytes, got ${body.length}`);
  }
  return { contentType, body, uri: null };
}

const EMPTY = Buffer.alloc(0);

/** Why an item of a progress or release batch is passed over. */
type Ignored = "not_held" | "unknown_enum" | "bad_ref" | "bad_checkpoint";

export function decodeProgress(
  wire: Progress__Output,
  held: HeldJobs,
  limits: FrameLimits,
): ProgressItem | Ignored {
  const publicId = wire.ref?.jobId ?? "";
  const leaseEpoch = wire.ref?.leaseEpoch ?? 0;
  // Only what is held, so that made-up ids cannot fill the coordinator's memory.
  if (!held.holds(publicId, leaseEpoch)) return "not_held";
  const ref = held.refOf(publicId, leaseEpoch);
  if (ref === null) return "not_held";
  if (wire.state !== "PROGRESS_STATE_STARTED" && wire.state !== "PROGRESS_STATE_RUNNING")
    return "unknown_enum";
  const checkpoint = decodePayload(wire.checkpoint, limits.maxPayloadBytes, "checkpoint");
  if (checkpoint instanceof Refusal) return "bad_checkpoint";
  const fraction = wire.fraction ?? 0;
  return {
    ref,
    started: wire.state === "PROGRESS_STATE_STARTED",
    fraction: fraction >= 0 && fraction <= 1 ? fraction : fraction > 1 ? 1 : 0,
    note: storable(wire.note, ERROR_TEXT_MAX),
    checkpoint,
  };
}

const RELEASE_REASONS = {
  RELEASE_REASON_SHUTTING_DOWN: "shutting_down",
  RELEASE_REASON_OVERLOADED: "overloaded",
  RELEASE_REASON_UNSUPPORTED: "unsupported",
} as const satisfies Record<string, ReleaseItem["reason"]>;

const RELEASE_DELAY_MS_MAX = 24 * 60 * 60 * 1000;

/** An unknown reason is no reason to keep a job that its worker gave up: it counts as overloaded. */
export function decodeRelease(wire: Release__Output, held: HeldJobs): ReleaseItem | Ignored {
  const leaseEpoch = wire.ref?.leaseEpoch ?? 0;
  if (!isLeaseEpoch(leaseEpoch)) return "bad_ref";
  const ref = held.refOf(wire.ref?.jobId ?? "", leaseEpoch);
  if (ref === null) return "bad_ref";
  const known: Readonly<Record<string, ReleaseItem["reason"]>> = RELEASE_REASONS;
  const reason = known[String(wire.reason)] ?? "overloaded";
  return { ref, reason, delayMs: durationMs(wire.delay, RELEASE_DELAY_MS_MAX) };
}

/** What the memory of a result comes to, roughly; only compared with a bound. */
export function resultBytes(wire: JobResult__Output): number {
  const { failure } = wire;
  const text = failure === undefined ? 0 : (failure.message?.length ?? 0) + (failure.stackTrace?.length ?? 0);
  return 256 + (wire.success?.output?.inline?.length ?? 0) + text;
}

export function isLeaseEpoch(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= LEASE_EPOCH_MAX;
}

/** Whole milliseconds, 0..maxMs; 0 when absent or negative. */
function durationMs(wire: Duration__Output | undefined, maxMs: number): number {
  if (wire === undefined) return 0;
  const ms = Math.round((wire.seconds ?? 0) * 1000 + (wire.nanos ?? 0) / 1e6);
  return Math.min(Math.max(ms, 0), maxMs);
}

/** Null when absent, or outside the years 1970 to 2223. */
function timestampMs(wire: Timestamp__Output | undefined): number | null {
  if (wire === undefined) return null;
  const seconds = wire.seconds ?? 0;
  if (seconds < 0 || seconds > TIMESTAMP_SECONDS_MAX) return null;
  return seconds * 1000 + Math.floor((wire.nanos ?? 0) / 1e6);
}

/** Cut to `max` characters, without what Postgres cannot store: NUL and halves of surrogate pairs. */
function storable(text: string | undefined, max: number): string {
  if (text === undefined) return "";
  const cut = text.length > max ? text.slice(0, max) : text;
  return UNSTORABLE.test(cut) ? cut.replace(UNSTORABLE_ALL, "\ufffd") : cut;
}

const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const UNSTORABLE_ALL = new RegExp(UNSTORABLE, "g");
