/**
 * What the coordinator needs from Postgres for limits, beside `Store`. Errors and retries as there. What these say
 * about turns and room is advice, out of date when it arrives; `claimLimited` alone decides.
 */
import type { Claimed, ClaimRequest } from "./store.js";
import type { ChangedJob } from "./settlement.js";
import type { QueueLimits } from "./limits.js";

/** How many jobs of a queue may start now. */
export interface QueueRoom {
  /** Null: not bounded. */
  readonly room: number | null;
  /** Until the rate allows the next start; null when it is not the rate that holds. */
  readonly waitMs: number | null;
}

export interface LimitedClaimed extends Claimed {
  readonly room: QueueRoom;
  /** Asked for and ready, but their key has no place for them now: no hint of them belongs into the ready queue. */
  readonly heldByKey: readonly ChangedJob[];
}

/** Where jobs that have left running were counted. */
export interface LeftPlace {
  readonly queueId: number;
  /** Null: in the queue alone. */
  readonly key: string | null;
}

export interface LimitStore {
  /** As `Store.claim`, for jobs of one queue, the most urgent first. Starts what the limits allow. */
  claimLimited(queueId: number, requests: readonly ClaimRequest[]): Promise<LimitedClaimed>;
  /** Ready jobs of these keys whose turn it is. */
  turns(queueId: number, keys: readonly string[]): Promise<readonly ChangedJob[]>;
  leftPlaces(jobIds: readonly number[]): Promise<readonly LeftPlace[]>;
  /** Keys with open jobs, ascending. */
  openKeys(queueId: number, afterKey: string | null, limit: number): Promise<readonly string[]>;
  /** Null when the queue has no limits. */
  queueRoom(queueId: number): Promise<QueueRoom | null>;
  /** Before the first job with a concurrency key is written to a queue. */
  markKeyed(queueIds: readonly number[]): Promise<void>;
  /**
   * Null clears them. Holds for every claim that begins after it; the first limit of a queue waits for the claims under
   * way and counts what runs.
   */
  setLimits(queueId: number, limits: QueueLimits | null): Promise<void>;
  /** Removes places and keys that nothing uses. @returns rows removed */
  forgetUnused(limit: number): Promise<number>;
}
