/**
 * Maps what Postgres and its driver throw to MusterErrors, once for the adapter, and runs whole transactions again
 * on transient errors: jittered exponential backoff of 100, 200, 400 ms, at most three times. 23503 is among them
 * and counted by a metric of its own that must stay 0.
 */
import { setTimeout as delay } from "node:timers/promises";
import { MusterError } from "../core/errors.js";
import type { Metrics } from "../core/metrics.js";
import { isConnectionLoss, NotConnected } from "./connection-loss.js";

const FOREIGN_KEY_VIOLATION = "23503";
const DEADLOCK = "40P01";
/** Serialization failure, deadlock, lock timeout, foreign key, idle-in-transaction timeout. */
const TRANSIENT = new Set(["40001", DEADLOCK, "55P03", FOREIGN_KEY_VIOLATION, "25P03"]);
/** Disk full, out of memory, too many connections, cannot connect now: away, not broken. */
const AWAY = /^(53|57P|08|58)/;
const BACKOFF_MS = [100, 200, 400];

export function sqlState(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

export interface RetryOptions {
  readonly metrics: Metrics;
  /**
   * Whether running it again after a lost connection changes nothing that was already written. When false, a
   * connection lost while a commit may have been under way becomes OUTCOME_UNKNOWN.
   */
  readonly repeatable: boolean;
  /**
   * False: whoever asked and asks again has it done twice. Then an attempt that may have been committed makes
   * OUTCOME_UNKNOWN of giving up, however the last attempt failed. Default: true.
   */
  readonly isIdempotent?: boolean;
  /** An attempt before these may have been committed. */
  readonly mayBeThere?: boolean;
}

/** Runs `transaction`, again on transient errors. */
export async function withRetries<T>(transaction: () => Promise<T>, options: RetryOptions): Promise<T> {
  let mayBeThere = options.mayBeThere ?? false;
  for (let tries = 0; ; tries++) {
    try {
      return await transaction();
    } catch (error) {
      const state = sqlState(error);
      if (state === FOREIGN_KEY_VIOLATION) options.metrics.foreignKeyViolated();
      if (state === DEADLOCK) options.metrics.deadlocked();
      const lost = isConnectionLoss(error);
      const mayRepeat = (state !== null && TRANSIENT.has(state)) || (lost && options.repeatable);
      const backoffMs = BACKOFF_MS[tries];
      if (lost && !(error instanceof NotConnected)) mayBeThere = true;
      if (!mayRepeat || backoffMs === undefined) {
        const failure = toStoreError(error, lost && !options.repeatable);
        const isTold = options.isIdempotent !== false || !mayBeThere || !isStoreDown(failure);
        throw isTold ? failure : outcomeUnknown(error);
      }
      options.metrics.transactionRetried(state ?? "08000");
      await delay(backoffMs * (0.5 + Math.random()));
    }
  }
}

function isStoreDown(error: Error): boolean {
  return error instanceof MusterError && error.code === "STORE_DOWN";
}

function outcomeUnknown(error: unknown): MusterError {
  const text = error instanceof Error ? error.message : String(error);
  return new MusterError("OUTCOME_UNKNOWN", `Postgres was lost during a write: ${text}`, { cause: error });
}

export function toStoreError(error: unknown, isUncertain = false): Error {
  if (error instanceof MusterError) return error;
  const state = sqlState(error);
  const text = error instanceof Error ? error.message : String(error);
  if (isConnectionLoss(error) && isUncertain && !(error instanceof NotConnected))
    return outcomeUnknown(error);
  if (isConnectionLoss(error) || (state !== null && (AWAY.test(state) || TRANSIENT.has(state)))) {
    return new MusterError("STORE_DOWN", `Postgres is away: ${text}`, { cause: error, retryDelayMs: 1_000 });
  }
  return error instanceof Error ? error : new Error(text);
}
