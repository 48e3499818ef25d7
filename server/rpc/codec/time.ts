/**
 * google.protobuf.Timestamp and Duration against the server's Dates and milliseconds. What comes in is checked
 * against the bounds that protobuf itself gives (years 1 to 9999, 10,000 years), so that no later arithmetic can
 * leave the safe integers. Used by every codec, the worker stream's included.
 */
import type { Duration, Duration__Output } from "../../../proto/gen/google/protobuf/Duration.js";
import type { Timestamp, Timestamp__Output } from "../../../proto/gen/google/protobuf/Timestamp.js";
import type { Fields } from "./fields.js";

/** protobuf's own bound, about 10,000 years; in ms it is 3.2e14, far below 2^53. */
const DURATION_SECONDS_MAX = 315_576_000_000;
/** The end of the year 9999. */
const TIMESTAMP_SECONDS_MAX = 253_402_300_799;
const NANOS_MAX = 999_999_999;
const NANOS_PER_MS = 1_000_000;

/** @param ms 0 or more; fractions are dropped */
export function encodeDuration(ms: number): Duration {
  return secondsAndNanos(ms) satisfies Duration;
}

export function encodeOptionalDuration(ms: number | null): Duration | null {
  return ms === null ? null : encodeDuration(ms);
}

export function encodeTimestamp(at: Date): Timestamp {
  return encodeTimestampMs(at.getTime());
}

/** @param ms since 1970; fractions are dropped */
export function encodeTimestampMs(ms: number): Timestamp {
  return secondsAndNanos(ms) satisfies Timestamp;
}

export function encodeOptionalTimestamp(at: Date | null): Timestamp | null {
  return at === null ? null : encodeTimestamp(at);
}

/**
 * @returns whole ms, rounded up so that a positive duration never becomes none; undefined when absent or when it
 * was noted as bad
 */
export function decodeDuration(
  fields: Fields,
  field: string,
  value: Duration__Output | undefined,
): number | undefined {
  if (value === undefined) return undefined;
  const seconds = value.seconds ?? 0;
  const nanos = value.nanos ?? 0;
  if (seconds < 0 || nanos < 0) {
    fields.bad(field, "a duration of 0 or more", `${seconds} s ${nanos} ns`);
    return undefined;
  }
  if (!(seconds <= DURATION_SECONDS_MAX) || !(nanos <= NANOS_MAX)) {
    fields.bad(field, `at most ${DURATION_SECONDS_MAX} s and ${NANOS_MAX} ns`, `${seconds} s ${nanos} ns`);
    return undefined;
  }
  return seconds * 1000 + Math.ceil(nanos / NANOS_PER_MS);
}

/** @returns whole ms since 1970; undefined when absent or when it was noted as bad */
export function decodeTimestamp(
  fields: Fields,
  field: string,
  value: Timestamp__Output | undefined,
): number | undefined {
  if (value === undefined) return undefined;
  const seconds = value.seconds ?? 0;
  const nanos = value.nanos ?? 0;
  if (!(seconds >= 0 && seconds <= TIMESTAMP_SECONDS_MAX && nanos >= 0 && nanos <= NANOS_MAX)) {
    fields.bad(field, "a time from 1970 to 9999", `${seconds} s ${nanos} ns`);
    return undefined;
  }
  return seconds * 1000 + Math.floor(nanos / NANOS_PER_MS);
}

/** Nanos count forward, also before 1970. */
function secondsAndNanos(ms: number): { readonly seconds: number; readonly nanos: number } {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: (Math.floor(ms) - seconds * 1000) * NANOS_PER_MS };
}
