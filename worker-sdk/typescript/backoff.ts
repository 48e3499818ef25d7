/**
 * How long to wait before trying again: exponential growth with full jitter, so that many clients which lost
 * the same server do not come back in step. Pure but for the random number, which can be given.
 */
export interface BackoffLimits {
  /** Upper end of the first delay, ms. */
  readonly baseMs: number;
  /** Upper end of every later delay, ms. */
  readonly capMs: number;
}

/** Reconnects of a worker. */
export const RECONNECT: BackoffLimits = { baseMs: 200, capMs: 15_000 };
/** Calls of a client, and results that were answered with "later". */
export const RETRY: BackoffLimits = { baseMs: 100, capMs: 2_000 };

/**
 * A uniformly random delay below `baseMs * 2^failures`, capped.
 * @param failures how many tries failed in a row before this one, 0 or more
 * @returns whole ms in 0..capMs
 */
export function backoffMs(
  failures: number,
  limits: BackoffLimits,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(limits.capMs, limits.baseMs * 2 ** Math.min(failures, 30));
  return Math.floor(random() * ceiling);
}
