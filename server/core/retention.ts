/**
 * What is kept and for how long, and what the pruner needs from the store. Jobs go when they have ended long ago, or
 * when their queue holds too many that have ended; never while they are open, while a dependent of theirs is open or
 * has failed (it may be retried and needs their results), and never a part of a graph. The decisions are taken under
 * row locks by the database's clock. Pure.
 */

/** Null: kept for ever. */
export interface RetentionPolicy {
  /** Since the end of a job that succeeded, ms. */
  readonly succeededMs: number | null;
  /** Since the end of a job that is dead or cancelled, and of a redrive, ms. */
  readonly failedMs: number | null;
  /** Jobs with an idempotency key, and graphs of them, stay at least this long after their submission, ms. */
  readonly keysMs: number;
  /** Ended jobs of one queue. */
  readonly jobsMax: number | null;
  /** Since the end of a session that no kept job ran on, ms; a worker's last session stays. */
  readonly sessionsMs: number | null;
  /** Since a fire time of a schedule was decided, ms. */
  readonly firesMs: number | null;
}

/** Ended jobs of a queue up to this id are over its count. */
export interface Boundary {
  readonly queueId: number;
  readonly jobId: number;
}

export interface WalkedJob {
  readonly id: number;
  readonly queueId: number;
  readonly graphId: number | null;
  readonly hasEnded: boolean;
  /** By age or by count, as far as the job itself is concerned. */
  readonly isExpired: boolean;
  /** Since its submission, ms. */
  readonly ageMs: number;
}

export const PRUNED_KINDS = [
  "jobs",
  "graphs",
  "executions",
  "sessions",
  "orders",
  "fires",
  "redrives",
] as const;
export type PrunedKind = (typeof PRUNED_KINDS)[number];
export type Pruned = Partial<Readonly<Record<PrunedKind, number>>>;

export interface RetentionStore {
  /** Whether it is this replica's turn, for the next `turnMs`. */
  takeTurn(holder: string, turnMs: number): Promise<boolean>;
  /** Jobs in the order of ids, after `afterId`; reads without locks. */
  walk(
    query: { readonly afterId: number; readonly limit: number },
    policy: RetentionPolicy,
    boundaries: readonly Boundary[],
  ): Promise<readonly WalkedJob[]>;
  /** The id up to which the `excess` oldest ended jobs of a queue lie; null when there are fewer. */
  boundaryOf(queueId: number, excess: number): Promise<number | null>;
  /** Deletes those of these jobs that may go, alone. What somebody holds is left for the next time. */
  pruneJobs(
    ids: readonly number[],
    policy: RetentionPolicy,
    boundaries: readonly Boundary[],
  ): Promise<Pruned>;
  /** Deletes one graph with all its jobs, or nothing. */
  pruneGraph(id: number, policy: RetentionPolicy, boundaries: readonly Boundary[]): Promise<Pruned>;
  /** @param afterId sessions up to it were looked at @returns where to go on; 0 for from the beginning */
  pruneSessions(
    sessionsMs: number,
    query: { readonly afterId: number; readonly limit: number },
  ): Promise<{ readonly pruned: Pruned; readonly nextId: number }>;
  /** Orders of sessions that ended an hour ago: nobody will carry them out. */
  pruneOrders(limit: number): Promise<Pruned>;
  pruneFires(firesMs: number, limit: number): Promise<Pruned>;
  /** Redrives that have ended. */
  pruneRedrives(failedMs: number, limit: number): Promise<Pruned>;
}

export interface NeedingEdge {
  readonly parentId: number;
  /** A dependent that has not succeeded: open, or failed and retriable. */
  readonly childId: number;
}

/** Which of these jobs may go: those that no dependent needs but such as go themselves. */
export function notNeeded(ids: readonly number[], edges: readonly NeedingEdge[]): number[] {
  const children = new Map<number, number[]>();
  for (const { parentId, childId } of edges) {
    const same = children.get(parentId);
    if (same === undefined) children.set(parentId, [childId]);
    else same.push(childId);
  }
  const going = new Set<number>();
  // A child's id is above its parents': from the highest down, every child is decided before its parents.
  for (const id of ids.toSorted((a, b) => b - a)) {
    if ((children.get(id) ?? []).every((childId) => going.has(childId))) going.add(id);
  }
  return [...going].toSorted((a, b) => a - b);
}
