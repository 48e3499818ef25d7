/**
 * The decision behind every retry of dead letters: which of the locked jobs get a new generation. A dead job that was
 * asked for is reopened unless a parent stands in its way; dependents that had ended only because of it wait for it
 * again, transitively; parents that finished keep their results. Pure: the store has locked the jobs, all their parents
 * and everything that their end had reached.
 */
import type { JobState } from "./job.js";
import { decideRetry } from "./parent-edge.js";
import { unchanged, type Decision, type JobChange, type LockedJob, type LockedSet } from "./settlement.js";

export interface Reopened {
  readonly decision: Decision;
  /** Of those asked for. */
  readonly retried: readonly number[];
  /** Dependents that are blocked again. */
  readonly revived: readonly number[];
  /** Asked for and left dead: a parent failed that is not reopened. */
  readonly refused: readonly number[];
}

/** @param locked edges lead to and from every job that may be reopened */
export function decideReopenAll(locked: LockedSet, askedIds: readonly number[]): Reopened {
  const asked = new Set(askedIds);
  const { parentsOf, childrenOf } = neighbours(locked);
  const changes = new Map<number, JobChange>();
  const retried: number[] = [];
  const revived: number[] = [];
  const refused: number[] = [];
  const stateOf = (id: number): JobState | null =>
    changes.get(id)?.state ?? locked.jobs.get(id)?.state ?? null;
  const isReopened = (id: number): boolean => changes.has(id);
  // Ascending order is topological: when a job is reached, all that becomes of its parents is decided.
  for (const id of [...locked.jobs.keys()].toSorted((a, b) => a - b)) {
    const job = locked.jobs.get(id) as LockedJob;
    const isAsked = asked.has(id) && job.state === "dead";
    const parentIds = parentsOf.get(id) ?? [];
    if (!isAsked && !(endedByParent(job) && parentIds.some(isReopened))) continue;
    const parents = parentIds.flatMap((parentId) => {
      const state = stateOf(parentId);
      return state === null ? [] : [{ id: parentId, state }];
    });
    const retry = decideRetry(job.onParentFailure, parents);
    if (retry.event === null) {
      if (isAsked) refused.push(id);
      continue;
    }
    changes.set(id, reopenedChange(job, retry.event === "retry" ? 0 : retry.pendingParents));
    (isAsked ? retried : revived).push(id);
  }
  const waiting = waitingAgain(locked, [...changes.keys()], childrenOf);
  return {
    decision: { changes: [...changes.values(), ...waiting], orders: [] },
    retried,
    revived,
    refused,
  };
}

/** A new generation: ready, or blocked behind parents that are open. */
export function reopenedChange(job: LockedJob, pendingParents: number): JobChange {
  return {
    ...unchanged(job),
    state: pendingParents === 0 ? "ready" : "blocked",
    reason: null,
    runAt: "now",
    pendingParents,
    attempt: 0,
    losses: 0,
    generation: job.generation + 1,
    cancelRequested: false,
  };
}

/** It never had a say in its end: a parent's end was its own. */
function endedByParent(job: LockedJob): boolean {
  return (
    (job.state === "dead" || job.state === "cancelled") &&
    (job.stateReason === "parent_failed" || job.stateReason === "parent_cancelled")
  );
}

/** Blocked dependents with policy run had counted these as settled; they wait for them again. */
function waitingAgain(
  locked: LockedSet,
  reopenedIds: readonly number[],
  childrenOf: ReadonlyMap<number, readonly number[]>,
): JobChange[] {
  const more = new Map<number, number>();
  for (const id of reopenedIds) {
    for (const childId of childrenOf.get(id) ?? []) {
      const child = locked.jobs.get(childId);
      if (child?.state !== "blocked" || child.onParentFailure !== "run") continue;
      more.set(childId, (more.get(childId) ?? 0) + 1);
    }
  }
  return [...more].map(([id, count]) => {
    const child = locked.jobs.get(id) as LockedJob;
    return { ...unchanged(child), pendingParents: child.pendingParents + count };
  });
}

function neighbours(locked: LockedSet) {
  const parentsOf = new Map<number, number[]>();
  const childrenOf = new Map<number, number[]>();
  for (const { parentId, childId } of locked.edges) {
    append(parentsOf, childId, parentId);
    append(childrenOf, parentId, childId);
  }
  return { parentsOf, childrenOf };
}

function append(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
