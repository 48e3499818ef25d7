/**
 * Limits of queues and of concurrency keys: what may be set, and what is said about a job that they hold. How many
 * starts they leave is counted in Postgres alone, under the lock of the limit's own row (docs/adr/0008). Pure.
 */
import { invalid, type FieldViolation } from "./errors.js";

/** N starts per period. A start is an assignment: a retry, or a job that came back, is another one. */
export interface RateLimit {
  readonly starts: number;
  readonly periodMs: number;
  /** Most starts at once after a quiet time. */
  readonly burst: number;
}

export interface QueueLimits {
  /** Jobs of the queue that run at once. */
  readonly concurrency: number | null;
  /** Jobs of one concurrency key that run at once, for jobs that bring no bound of their own; null: 1. */
  readonly keyConcurrency: number | null;
  readonly rate: RateLimit | null;
}

export const NO_LIMITS: QueueLimits = { concurrency: null, keyConcurrency: null, rate: null };

/** What a job may say of itself: which others it must not run beside, and how many of them may. */
export interface Concurrency {
  readonly key: string;
  /** Null: the queue's key limit, else 1. */
  readonly limit: number | null;
}

export const LIMIT_KINDS = ["key", "queue", "rate"] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];

/** One limit that holds a ready job back. */
export interface LimitHold {
  readonly kind: LimitKind;
  /** Jobs at once, or starts per period for the rate. */
  readonly bound: number;
  readonly running: number;
  /** Ready jobs of the same key and type that come before it; 0 for the limits of the queue. */
  readonly ahead: number;
  /** When the rate allows the next start, by the database's clock; null for the others. */
  readonly nextStartAt: Date | null;
  /** The concurrency key; null for the limits of the queue. */
  readonly key: string | null;
  /** Of the rate; null for the others. */
  readonly periodMs: number | null;
}

/** Also the most of a job's own bound; a queue's places are counted at every claim. */
export const KEY_CONCURRENCY_MAX = 1_000;
const CONCURRENCY_MAX = 10_000;
const STARTS_MAX = 1_000_000;
const PERIOD_MS_MAX = 31 * 24 * 60 * 60 * 1_000;

/** @throws MusterError INVALID_REQUEST naming every field that is out of bounds, as the admin service calls them */
export function checkQueueLimits(limits: QueueLimits): void {
  const violations: FieldViolation[] = [];
  const whole = (field: string, value: number | null, max: number): void => {
    if (value === null || (Number.isInteger(value) && value >= 1 && value <= max)) return;
    violations.push({ field, expected: `a whole number from 1 to ${max}`, got: `${value}` });
  };
  whole("limits.concurrency", limits.concurrency, CONCURRENCY_MAX);
  whole("limits.key_concurrency", limits.keyConcurrency, KEY_CONCURRENCY_MAX);
  if (limits.rate !== null) {
    whole("limits.rate.starts", limits.rate.starts, STARTS_MAX);
    whole("limits.rate.burst", limits.rate.burst, STARTS_MAX);
    const { periodMs } = limits.rate;
    if (!(Number.isInteger(periodMs) && periodMs >= 1 && periodMs <= PERIOD_MS_MAX))
      violations.push({
        field: "limits.rate.period",
        expected: `whole milliseconds from 1 ms to ${PERIOD_MS_MAX} ms`,
        got: `${periodMs} ms`,
      });
  }
  if (Object.values(limits).every((limit) => limit === null))
    violations.push({ field: "limits", expected: "at least one limit (or ClearQueueLimits)", got: "none" });
  if (violations.length > 0) throw invalid("INVALID_REQUEST", violations);
}
