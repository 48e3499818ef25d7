/**
 * A job as a caller writes it, and its form in the contract. Pure. Limits are the server's to check: it names
 * the field, the expected and the got; here only what has no form on the wire is refused.
 */
import { MusterClientError } from "./client-error.js";
import type { JobSpec } from "../../../proto/gen/muster/jobs/v1/JobSpec.js";
import { toPayload, toWire } from "../payload.js";
import { toDuration, toTimestamp } from "../times.js";

export interface BackoffInput {
  /** Default: exponential. */
  readonly kind?: "fixed" | "linear" | "exponential";
  /** Default 1,000 ms. */
  readonly baseMs?: number;
  /** Default 600,000 ms. */
  readonly capMs?: number;
  /** Share of the delay that is random, 0..1; default 1. */
  readonly jitter?: number;
}

/** What failures of one type do instead of what the job says. A delay that the handler asks for still wins. */
export interface ErrorRuleInput {
  /** The error's name, exactly; `TIMEOUT` for an execution timeout. */
  readonly errorType: string;
  /** Dead at once. */
  readonly nonRetryable?: boolean;
  /** Dead after this attempt, 1..`maxAttempts` of the job. */
  readonly maxAttempts?: number;
  readonly backoff?: BackoffInput;
}

export interface JobInput {
  /** The handler's name, 1..200 characters. */
  readonly type: string;
  /** Unique in its submission; how its siblings name it in `dependsOn`. */
  readonly key?: string;
  /** Default: `default`. */
  readonly queue?: string;
  /** undefined: none; a Buffer or Uint8Array: as it is; `payload(bytes, type)`; anything else: JSON. */
  readonly payload?: unknown;
  /** -1000..1000, default 3: 4 and above high, 2 and 3 medium, 1 and below low. */
  readonly priority?: number;
  /** Default true. */
  readonly inheritPriority?: boolean;
  /** 1..100, default 3. */
  readonly maxAttempts?: number;
  readonly backoff?: BackoffInput;
  /** Up to 32, each type once. */
  readonly errorRules?: readonly ErrorRuleInput[];
  /** From its start on a worker, ms; default: none. */
  readonly executionTimeoutMs?: number;
  /** Ready and not started for so long, ms: it dies with reason `start_timeout`. Default: it waits for ever. */
  readonly startTimeoutMs?: number;
  /** Started and no progress reported for so long, ms, 1,000 or more: the attempt failed. Default: never. */
  readonly progressTimeoutMs?: number;
  /** How long it is expected to run, ms, 1 or more, for a graph in the order `critical-path`. Default: 1 s. */
  readonly expectedDurationMs?: number;
  /** Not before; default: now. */
  readonly runAt?: Date;
  /** Keys of this submission, or job ids. */
  readonly dependsOn?: readonly string[];
  /** Default: cancel. */
  readonly onParentFailure?: "cancel" | "run" | "fail";
  /** Unique in the namespace; makes a repeated submission answer with the first job. */
  readonly idempotencyKey?: string;
  /** Jobs of one queue with the same key run at most `concurrencyLimit` at once, whatever worker has them. */
  readonly concurrencyKey?: string;
  /** 1..1000, only with a key. Default: the queue's key limit, or 1. */
  readonly concurrencyLimit?: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** Handed to the handler untouched. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Which of a graph's ready jobs starts first where their priorities are alike. */
export type GraphOrder = "ready" | "critical-path";

export const GRAPH_ORDER = {
  ready: "GRAPH_ORDER_READY",
  "critical-path": "GRAPH_ORDER_CRITICAL_PATH",
} as const satisfies Record<GraphOrder, string>;

const ON_PARENT_FAILURE = {
  cancel: "ON_PARENT_FAILURE_CANCEL",
  run: "ON_PARENT_FAILURE_RUN",
  fail: "ON_PARENT_FAILURE_FAIL",
} as const;

const BACKOFF_KIND = {
  fixed: "BACKOFF_KIND_FIXED",
  linear: "BACKOFF_KIND_LINEAR",
  exponential: "BACKOFF_KIND_EXPONENTIAL",
} as const;

/** @throws TypeError when the payload cannot be written as JSON, MusterClientError for an empty idempotency key */
export function toJobSpec(job: JobInput): JobSpec {
  const body = toPayload(job.payload);
  // Field by field: twenty spreads of what is not there cost more than the rest of a submission.
  const spec: JobSpec = { type: job.type };
  if (job.key !== undefined) spec.key = job.key;
  if (job.queue !== undefined) spec.queue = job.queue;
  if (body !== undefined) spec.payload = toWire(body);
  if (job.priority !== undefined) spec.priority = job.priority;
  if (job.inheritPriority !== undefined) spec.inheritPriority = job.inheritPriority;
  if (job.maxAttempts !== undefined) spec.maxAttempts = job.maxAttempts;
  if (job.backoff !== undefined) spec.backoff = toBackoff(job.backoff);
  if (job.errorRules !== undefined) spec.errorRules = job.errorRules.map(toErrorRule);
  if (job.executionTimeoutMs !== undefined) spec.executionTimeout = toDuration(job.executionTimeoutMs);
  if (job.startTimeoutMs !== undefined) spec.startTimeout = toDuration(job.startTimeoutMs);
  if (job.progressTimeoutMs !== undefined) spec.progressTimeout = toDuration(job.progressTimeoutMs);
  if (job.expectedDurationMs !== undefined) spec.expectedDuration = toDuration(job.expectedDurationMs);
  if (job.runAt !== undefined) spec.runAt = toTimestamp(job.runAt.getTime());
  if (job.dependsOn !== undefined) spec.dependsOn = [...job.dependsOn];
  if (job.onParentFailure !== undefined) spec.onParentFailure = ON_PARENT_FAILURE[job.onParentFailure];
  if (job.idempotencyKey !== undefined) spec.idempotencyKey = namedKey(job.idempotencyKey);
  if (job.concurrencyKey !== undefined) spec.concurrencyKey = job.concurrencyKey;
  if (job.concurrencyLimit !== undefined) spec.concurrencyLimit = job.concurrencyLimit;
  if (job.labels !== undefined) spec.labels = { ...job.labels };
  if (job.headers !== undefined) spec.headers = { ...job.headers };
  return spec;
}

/**
 * An empty key is none on the wire, and what is sent again without one is written twice.
 * @throws MusterClientError INVALID_JOB
 */
export function namedKey(idempotencyKey: string): string {
  if (idempotencyKey !== "") return idempotencyKey;
  const violation = {
    field: "idempotency_key",
    description: "expected a key, or none at all, got an empty one",
  };
  throw new MusterClientError(`${violation.field}: ${violation.description}`, {
    code: "INVALID_JOB",
    grpcStatus: "INVALID_ARGUMENT",
    violations: [violation],
    neverSent: true,
  });
}

function toErrorRule(rule: ErrorRuleInput): NonNullable<JobSpec["errorRules"]>[number] {
  return {
    errorType: rule.errorType,
    nonRetryable: rule.nonRetryable ?? false,
    maxAttempts: rule.maxAttempts ?? 0,
    ...(rule.backoff !== undefined && { backoff: toBackoff(rule.backoff) }),
  };
}

function toBackoff(backoff: BackoffInput): NonNullable<JobSpec["backoff"]> {
  return {
    ...(backoff.kind !== undefined && { kind: BACKOFF_KIND[backoff.kind] }),
    ...(backoff.baseMs !== undefined && { base: toDuration(backoff.baseMs) }),
    ...(backoff.capMs !== undefined && { cap: toDuration(backoff.capMs) }),
    ...(backoff.jitter !== undefined && { jitter: backoff.jitter }),
  };
}
