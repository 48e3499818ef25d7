/**
 * Durations and timestamps between the contract's messages and what TypeScript people use: milliseconds and
 * `Date`. Pure. Absent and zero are the same on the wire, so an absent duration reads as 0.
 */
import type { Duration, Duration__Output } from "../../proto/gen/google/protobuf/Duration.js";
import type { Timestamp, Timestamp__Output } from "../../proto/gen/google/protobuf/Timestamp.js";

/** The longest wait of a timer, almost 25 days; Node ends a longer one at once. */
export const TIMER_MS_MAX = 2 ** 31 - 1;

/** @param ms milliseconds, 0 or more; parts of a millisecond are kept down to a microsecond */
export function toDuration(ms: number): Duration {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1000) * 1000 };
}

/** Milliseconds; 0 for an absent duration. */
export function fromDuration(duration: Duration__Output | undefined): number {
  if (duration === undefined) return 0;
  return (duration.seconds ?? 0) * 1000 + (duration.nanos ?? 0) / 1e6;
}

/** @param epochMs milliseconds since 1970, as from `Date.now()` */
export function toTimestamp(epochMs: number): Timestamp {
  const seconds = Math.floor(epochMs / 1000);
  return { seconds, nanos: Math.round((epochMs - seconds * 1000) * 1000) * 1000 };
}

export function fromTimestamp(timestamp: Timestamp__Output | undefined): Date | undefined {
  if (timestamp === undefined) return undefined;
  return new Date((timestamp.seconds ?? 0) * 1000 + (timestamp.nanos ?? 0) / 1e6);
}
