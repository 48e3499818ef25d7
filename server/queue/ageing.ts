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

/** Most hints in one take; also the most that age per level and take, which keeps a take's order exact. */
export const TAKE_MAX = 1_000;

/** @throws RangeError: the caller's bug, never input from outside */
export function checkTakeMax(max: number): void {
  if (!Number.isInteger(max) || max < 1 || max > TAKE_MAX) {
    throw new RangeError(`hints to take: expected 1 to ${TAKE_MAX}, got ${max}`);
  }
}
