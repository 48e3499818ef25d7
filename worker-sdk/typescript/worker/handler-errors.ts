/**
 * What a handler throws to say more than "it failed", and what its abort signal carries as reason. Any other
 * error is a failure that may be tried again, with the error's name as its type.
 */

/** Fails the job for good, whatever attempts are left. */
export class NonRetryableError extends Error {
  override name = "NonRetryableError";
}

/** Fails this attempt; the next comes no earlier than after `delayMs`, instead of the job's backoff. */
export class RetryAfterError extends Error {
  override name = "RetryAfterError";
  readonly delayMs: number;

  constructor(delayMs: number, message = `to be tried again after ${delayMs} ms`, options?: ErrorOptions) {
    super(message, options);
    this.delayMs = delayMs;
  }
}

/** Gives the job back without spending its attempt: another worker, or this one later, takes it. */
export class ReleaseError extends Error {
  override name = "ReleaseError";
  /** Not before this, ms; default 0. */
  readonly delayMs: number;

  constructor(options: { readonly delayMs?: number } = {}, message = "given back by the handler") {
    super(message);
    this.delayMs = options.delayMs ?? 0;
  }
}

/**
 * `cancelled`: somebody cancelled the job; throw, and it ends as cancelled. `timed_out`: its execution timeout is
 * over, the failure has been reported. `lease_lost` and `revoked`: the job is somebody else's by now; nothing this
 * handler returns will be reported. `shutting_down`: the worker stops and gives the job back.
 */
export type AbortKind = "cancelled" | "timed_out" | "lease_lost" | "revoked" | "shutting_down";

/** The reason of a handler's abort signal. */
export class JobAbortedError extends Error {
  override readonly name = "JobAbortedError";
  readonly kind: AbortKind;

  constructor(kind: AbortKind, message: string) {
    super(message === "" ? `the job was aborted: ${kind}` : message);
    this.kind = kind;
  }
}
