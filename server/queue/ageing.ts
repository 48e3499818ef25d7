/**
 * How long a ready job waits before it is served above its level, so that nothing starves. Both ready queues use
 * it. Ageing moves hints only: neither the priority of the job nor the order within a level changes with it.
 */

export interface Ageing {
  /** A low hint is served as medium once its job has been ready for this long, ms. */
  readonly lowToMediumMs: number;
  /** A low or medium hint is served as high once its job has been ready for this long, ms. */
  readonly toHighMs: number;
}

export const DEFAULT_AGEING: Ageing = { lowToMediumMs: 60_000, toHighMs: 120_000 };

/** Most hints in one take. */
export const TAKE_MAX = 1_000;

/**
 * A take moves up at most this many hints per level, or as many as it may take when that is more. The second keeps
 * the order of a take without types exact; the first lets a backlog age fast enough for takes with types.
 */
export const AGEING_BATCH = 100;

/** @throws RangeError: the caller's bug, never input from outside */
export function checkTakeMax(max: number): void {
  if (!Number.isInteger(max) || max < 1 || max > TAKE_MAX) {
    throw new RangeError(`hints to take: expected 1 to ${TAKE_MAX}, got ${max}`);
  }
}
