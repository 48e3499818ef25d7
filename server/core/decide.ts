/**
 * The decisions taken under row locks, as pure functions of what was locked: a worker's failure or cancel, a job
 * given back or lost, a cancel from outside, a retry by hand. Each yields the changes of the jobs themselves and of
 * the dependents that an end reaches, for one transaction.
 */
import { cascade } from "./cascade.js";
import { isTerminal, type JobRef, type Result } from "./job.js";
import { decideRetry } from "./parent-edge.js";
import { reopenedChange } from "./reopen.js";
import { decideFailure, decideLoss } from "./retry.js";
import {
  unchanged,
  type Decision,
  type JobChange,
  type LockedJob,
  type LockedSet,
  type SessionOrder,
} from "./settlement.js";

/** Whether this assignment is the current one. */
export function owns(job: LockedJob, ref: JobRef): boolean {
  return job.state === "running" && job.leaseEpoch === ref.leaseEpoch;
}

/** A failure or a cancel that a worker reports. Results under an old lease change nothing. */
export function decideResults(
  locked: LockedSet,
  results: readonly Result[],
  random01: () => number,
): Decision {
  const primary = results.flatMap((result): JobChange[] => {
    const job = locked.jobs.get(result.ref.jobId);
    if (job === undefined || !owns(job, result.ref)) return [];
    return [resultChange(job, result, random01())];
  });
  return { changes: withCascade(locked, primary), orders: [] };
}

function resultChange(job: LockedJob, { outcome }: Result, random01: number): JobChange {
  const base = unchanged(job);
  if (outcome.kind === "cancelled") {
    if (job.cancelRequested)
      return { ...ended(job, "cancelled", job.stateReason ?? "cancelled"), executionEnds: "cancelled" };
    // Nobody asked for it: the worker stopped it on its own, which is giving it back.
    return {
      ...base,
      state: "ready",
      runAt: "now",
      attempt: job.attempt - 1,
      reason: null,
      executionEnds: "released",
    };
  }
  if (outcome.kind === "succeeded") return base;
  const executionEnds = outcome.timedOut ? "timed_out" : "failed";
  const decision = decideFailure(
    {
      attempt: job.attempt,
      maxAttempts: job.maxAttempts,
      backoff: job.backoff,
      nonRetryable: outcome.nonRetryable,
      retryAfterMs: outcome.retryAfterMs,
      cancelRequested: job.cancelRequested,
    },
    random01,
  );
  switch (decision.event) {
    case "retried":
      return {
        ...base,
        state: "scheduled",
        reason: outcome.timedOut ? "retry_after_timeout" : "retry",
        runAt: { afterMs: decision.delayMs },
        error: outcome.error,
        executionEnds,
      };
    case "exhausted":
      return { ...ended(job, "dead", decision.reason), error: outcome.error, executionEnds };
    case "cancel":
      return {
        ...ended(job, "cancelled", job.stateReason ?? decision.reason),
        error: outcome.error,
        executionEnds: "cancelled",
      };
  }
}

export interface GivenBack {
  readonly ref: JobRef;
  /** Released by its worker, never delivered, lost with its worker, or cancelled and not answered. */
  readonly how: "released" | "undelivered" | "lost" | "cancel_ignored";
  readonly delayMs: number;
}

/** Takes running jobs from their session. None of it spends an attempt; a loss is counted apart. */
export function decideGivenBack(locked: LockedSet, items: readonly GivenBack[], lossesMax: number): Decision {
  const primary = items.flatMap((item): JobChange[] => {
    const job = locked.jobs.get(item.ref.jobId);
    if (job === undefined || !owns(job, item.ref)) return [];
    return [givenBackChange(job, item, lossesMax)];
  });
  return { changes: withCascade(locked, primary), orders: [] };
}

function givenBackChange(job: LockedJob, item: GivenBack, lossesMax: number): JobChange {
  const losses = item.how === "lost" ? job.losses + 1 : job.losses;
  const decision = decideLoss({
    losses,
    maxLosses: item.how === "lost" ? lossesMax : Number.POSITIVE_INFINITY,
    cancelRequested: job.cancelRequested,
  });
  const executionEnds =
    item.how === "lost" ? "lost" : item.how === "cancel_ignored" ? "cancelled" : "released";
  switch (decision.event) {
    case "cancel":
      return { ...ended(job, "cancelled", job.stateReason ?? "cancelled"), losses, executionEnds };
    case "poisoned":
      return { ...ended(job, "dead", "poison"), losses, executionEnds };
    case "released": {
      const waits = item.delayMs > 0;
      return {
        ...unchanged(job),
        state: waits ? "scheduled" : "ready",
        reason: waits ? item.how : null,
        runAt: waits ? { afterMs: item.delayMs } : "now",
        attempt: Math.max(0, job.attempt - 1),
        losses,
        executionEnds,
      };
    }
  }
}

/** A cancel from outside: what waits ends at once; what runs is marked, and its worker is told. */
export function decideCancel(
  locked: LockedSet,
  ids: readonly number[],
  reason: string,
  graceMs: number,
): Decision {
  const primary: JobChange[] = [];
  const orders: SessionOrder[] = [];
  for (const id of ids) {
    const job = locked.jobs.get(id);
    if (job === undefined || isTerminal(job.state)) continue;
    if (job.state === "running") {
      if (job.cancelRequested) continue;
      primary.push({ ...unchanged(job), cancelRequested: true, reason });
      if (job.sessionId !== null) {
        orders.push({
          sessionId: job.sessionId,
          kind: "cancel",
          jobId: id,
          leaseEpoch: job.leaseEpoch,
          reason,
          graceMs,
        });
      }
    } else {
      primary.push(ended(job, "cancelled", reason));
    }
  }
  return { changes: withCascade(locked, primary), orders };
}

/**
 * A retry by hand opens a new generation. The job's parents and dependents must be among the locked.
 * @returns null when a parent has failed for this job: the parent has to be retried first
 */
export function decideReopen(
  locked: LockedSet,
  id: number,
  parentIds: readonly number[],
): { readonly decision: Decision } | { readonly failedParentId: number } | null {
  const job = locked.jobs.get(id);
  if (job === undefined || (job.state !== "dead" && job.state !== "cancelled")) return null;
  const parents = parentIds.flatMap((parentId) => {
    const parent = locked.jobs.get(parentId);
    return parent === undefined ? [] : [{ id: parent.id, state: parent.state }];
  });
  const retry = decideRetry(job.onParentFailure, parents);
  if (retry.event === null) return { failedParentId: retry.failedParentId };
  const reopened = reopenedChange(job, retry.event === "retry" ? 0 : retry.pendingParents);
  // Its blocked dependents with policy run had counted it as settled; they wait for it again.
  const children = locked.edges.filter((edge) => edge.parentId === id);
  const waiting = children.flatMap(({ childId }): JobChange[] => {
    const child = locked.jobs.get(childId);
    if (child?.state !== "blocked" || child.onParentFailure !== "run") return [];
    return [{ ...unchanged(child), pendingParents: child.pendingParents + 1 }];
  });
  return { decision: { changes: [reopened, ...waiting], orders: [] } };
}

function ended(job: LockedJob, state: "dead" | "cancelled", reason: string): JobChange {
  return {
    ...unchanged(job),
    state,
    reason,
    runAt: "now",
    pendingParents: job.pendingParents,
    cancelRequested: job.cancelRequested,
  };
}

/** Adds what the ends among these changes do to the locked dependents. */
function withCascade(locked: LockedSet, primary: readonly JobChange[]): JobChange[] {
  const changed = new Map(primary.map((change) => [change.id, change]));
  const ends = primary.flatMap((change) =>
    change.state === "dead" || change.state === "cancelled" ? [{ id: change.id, how: change.state }] : [],
  );
  if (ends.length === 0) return [...primary];
  const nodes = [...locked.jobs.values()].filter((job) => !changed.has(job.id) && job.state === "blocked");
  for (const change of cascade({ nodes, edges: locked.edges, ended: ends, nowMs: locked.nowMs })) {
    const job = locked.jobs.get(change.id) as LockedJob;
    changed.set(change.id, {
      ...unchanged(job),
      state: change.newState,
      reason: change.reason === null ? job.stateReason : change.reason.word,
      // Only what still waits for a time keeps it: run_at is what the scheduler looks for.
      runAt: change.newState === "blocked" || change.newState === "scheduled" ? "keep" : "now",
      pendingParents: change.pendingParents,
    });
  }
  return [...changed.values()];
}
