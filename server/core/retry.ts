/**
 * What happens to a running job whose attempt failed or was lost: again later, again at once, or never.
 * Pure: the random number comes from the caller, so that a decision can be repeated. The coordinator's finish
 * and rescue verbs call this; they must not decide anything of it themselves.
 */
import type { BackoffPolicy, JobEvent } from "./job.js";

export const DEFAULT_BACKOFF: BackoffPolicy = {
  kind: "exponential",
  baseMs: 1000,
  capMs: 600_000,
  jitter: 1,
};

/** Longest delay that a worker may ask for with `retry_after`. */
export const RETRY_AFTER_MS_MAX = 24 * 60 * 60 * 1000;

/**
 * Delay before the attempt after `attempt`.
 * @param attempt the attempt that failed, counted from 1
 * @param random01 0..1; with jitter j the delay lies between d*(1-j) and d
 * @returns whole ms, 0..policy.capMs
 */
export function retryDelayMs(policy: BackoffPolicy, attempt: number, random01: number): number {
  const full = Math.max(0, Math.min(policy.capMs, growth(policy, Math.max(1, attempt))));
  const jitter = clamp01(policy.jitter);
  return Math.floor(full * (1 - jitter) + full * jitter * clamp01(random01));
}

/** May be far over the cap, but is never NaN: the exponent stops where the result is over any cap anyway. */
function growth(policy: BackoffPolicy, attempt: number): number {
  switch (policy.kind) {
    case "fixed":
      return policy.baseMs;
    case "linear":
      return policy.baseMs * attempt;
    case "exponential":
      return policy.baseMs * 2 ** Math.min(attempt - 1, 100);
  }
}

function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}

export interface Failure {
  /** The attempt that failed, counted from 1 within this generation. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Null: `DEFAULT_BACKOFF`. */
  readonly backoff: BackoffPolicy | null;
  /** For the rules of the backoff; absent: none applies. */
  readonly errorType?: string;
  /** The worker says that trying again is useless. */
  readonly nonRetryable: boolean;
  /** The worker's own wish; overrides the policy, up to `RETRY_AFTER_MS_MAX`. */
  readonly retryAfterMs: number | null;
  readonly cancelRequested: boolean;
}

/** `reason` is what `state_reason` says afterwards. */
export type FailureDecision =
  | { readonly event: Extract<JobEvent, "retried">; readonly delayMs: number }
  | { readonly event: Extract<JobEvent, "exhausted">; readonly reason: "exhausted" | "non_retryable" }
  | { readonly event: Extract<JobEvent, "cancel">; readonly reason: "cancelled" };

/**
 * A requested cancel wins over everything: a job that was to end is not tried again and is not called dead. Then what the
 * worker says about this failure, then the job's rule for its type of error, then the job's own policy.
 */
export function decideFailure(failure: Failure, random01: number): FailureDecision {
  if (failure.cancelRequested) return { event: "cancel", reason: "cancelled" };
  const rule = failure.backoff?.rules?.find(({ errorType }) => errorType === failure.errorType);
  if (failure.nonRetryable || rule?.nonRetryable === true)
    return { event: "exhausted", reason: "non_retryable" };
  const maxAttempts = Math.min(failure.maxAttempts, rule?.maxAttempts ?? failure.maxAttempts);
  if (failure.attempt >= maxAttempts) return { event: "exhausted", reason: "exhausted" };
  const delayMs =
    failure.retryAfterMs === null
      ? retryDelayMs(rule?.backoff ?? failure.backoff ?? DEFAULT_BACKOFF, failure.attempt, random01)
      : Math.ceil(Math.min(RETRY_AFTER_MS_MAX, Math.max(0, failure.retryAfterMs)));
  return { event: "retried", delayMs };
}

/**
 * Whether a failure of this attempt may end the job, so that its dependents have to be locked with it. A rule may end it
 * at any attempt; which one applies is only known with the error.
 */
export function mayBeLast(job: Pick<Failure, "attempt" | "maxAttempts" | "backoff">): boolean {
  return job.attempt >= job.maxAttempts || job.backoff?.rules !== undefined;
}

export interface Loss {
  /** Assignments lost with their worker in this generation, this one included. */
  readonly losses: number;
  /** A job that was lost this often is held to be what kills its workers. */
  readonly maxLosses: number;
  readonly cancelRequested: boolean;
}

export type LossDecision =
  | { readonly event: Extract<JobEvent, "released"> }
  | { readonly event: Extract<JobEvent, "poisoned">; readonly reason: "poison" }
  | { readonly event: Extract<JobEvent, "cancel">; readonly reason: "cancelled" };

/** A loss spends no attempt; only `losses` counts it. */
export function decideLoss(loss: Loss): LossDecision {
  if (loss.cancelRequested) return { event: "cancel", reason: "cancelled" };
  return loss.losses >= loss.maxLosses ? { event: "poisoned", reason: "poison" } : { event: "released" };
}
