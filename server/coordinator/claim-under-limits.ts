/**
 * The claim of queues that have limits or jobs with concurrency keys: one statement a queue, in the order of urgency,
 * and a word to the services about what it held back. Called by assign only.
 */
import type { LimitStore, QueueRoom } from "../core/limit-store.js";
import type { Metrics } from "../core/metrics.js";
import type { ChangedJob } from "../core/settlement.js";
import type { Claimed, ClaimRequest } from "../core/store.js";

export interface ClaimUnderLimitsOptions {
  readonly limitStore: Pick<LimitStore, "claimLimited">;
  readonly metrics: Metrics;
  /** Ready jobs that their keys have no place for: others of these keys may have their turn. */
  readonly onHeldByKey: (jobs: readonly ChangedJob[]) => void;
  /** What the queue's limits leave after this claim. */
  readonly onRoom: (queueId: number, room: QueueRoom) => void;
}

export async function claimUnderLimits(
  { limitStore, metrics, onHeldByKey, onRoom }: ClaimUnderLimitsOptions,
  queueId: number,
  requests: readonly ClaimRequest[],
): Promise<Claimed> {
  const { assignments, stillReady, heldByKey, room } = await limitStore.claimLimited(queueId, requests);
  onRoom(queueId, room);
  if (heldByKey.length > 0) {
    metrics.heldAtClaim("key", heldByKey.length);
    onHeldByKey(heldByKey);
  }
  if (room.room === 0 && stillReady.length > 0)
    metrics.heldAtClaim(room.waitMs === null ? "queue" : "rate", stillReady.length);
  return { assignments, stillReady };
}
