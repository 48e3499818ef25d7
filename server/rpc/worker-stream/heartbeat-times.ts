/**
 * When the next heartbeat of a worker is wanted: those of many workers come at the same moments, a few at a time. A process
 * that has nothing else to do wakes once for all of a moment, which is half of what heartbeats cost it, and no moment has
 * enough of them to keep a job waiting. A worker that keeps to the interval instead is as welcome. Pure.
 */

/** Heartbeats of one moment, about: handling so many takes a millisecond or two. */
const TOGETHER = 16;
/** Moments of an interval: a power of two, so that those of fewer workers stay moments when more come. */
const MOMENTS_MIN = 16;
const MOMENTS_MAX = 512;
/** A timer may fire this much early: what was meant for a moment is counted to it. */
const EARLY_MS = 2;

/**
 * @param arrivedMs when the last one came, by the monotonic clock of this process
 * @param streams of this process
 * @returns by the same clock: later than 15/16 of an interval after `arrivedMs`, and at most a whole one
 */
export function nextHeartbeatMs(arrivedMs: number, intervalMs: number, streams: number): number {
  let moments = MOMENTS_MIN;
  while (moments < MOMENTS_MAX && moments * TOGETHER < streams) moments *= 2;
  const apartMs = intervalMs / moments;
  const earlyMs = Math.min(EARLY_MS, apartMs / 4);
  const moment = Math.floor((arrivedMs + intervalMs + earlyMs) / apartMs) * apartMs;
  return Math.min(moment, arrivedMs + intervalMs);
}
