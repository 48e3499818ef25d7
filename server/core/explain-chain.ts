/**
 * From a job up to what holds it: of several parents the one whose root cause is the worst, so that the end of the
 * chain is what a person has to look at. Pure. Parents have lower ids than their dependents, so one ascending pass
 * sees every parent before its dependents; linear in jobs and edges.
 */
import type { ExplainedJob, ExplainFacts } from "./explain-facts.js";
import type { Blocker, BlockerReason, ChainStep } from "./explanation.js";
import { standing } from "./explain-standing.js";

/** The worst first: what no waiting cures, then what takes longest. */
const SEVERITY: readonly BlockerReason[] = [
  "no_subscriber",
  "queue_paused",
  "scheduled",
  "limit",
  "slots_busy",
  "ready_queue_away",
  "store_slow",
  "running",
  "dispatch_due",
  "ended",
];

/** Of a longer chain the steps in the middle are left out. */
const STEPS_TOLD_MAX = 50;

export interface Chain {
  /** The job itself first, the root cause last. */
  readonly steps: readonly ChainStep[];
  /** Steps in the middle that are not among them. */
  readonly leftOut: number;
}

/** Where a job above stands: the root cause of its not being settled, and the way there. */
export interface Place {
  readonly job: ExplainedJob;
  readonly root: Blocker;
  /** The walk was cut: the last job of the way waits for parents that were not read. */
  readonly isCut: boolean;
  readonly parent: Place | null;
}

/** Of each of the jobs read above, by id. */
export function places(facts: ExplainFacts): ReadonlyMap<number, Place> {
  const found = new Map<number, Place>();
  for (const job of facts.above.toSorted((a, b) => a.id - b.id))
    found.set(job.id, placeOf(job, facts, found));
  return found;
}

export function chainOf(place: Place): Chain {
  const steps: ChainStep[] = [];
  for (let at: Place | null = place; at !== null; at = at.parent) steps.push(stepOf(at));
  const leftOut = Math.max(0, steps.length - STEPS_TOLD_MAX);
  if (leftOut > 0) steps.splice(STEPS_TOLD_MAX / 2, leftOut);
  return { steps, leftOut };
}

/** For `toSorted`: the worst chain first, whole ones before those that were cut. */
export function byWorst(a: Place, b: Place): number {
  if (a.isCut !== b.isCut) return a.isCut ? 1 : -1;
  const severity = SEVERITY.indexOf(a.root.reason) - SEVERITY.indexOf(b.root.reason);
  if (severity !== 0) return severity;
  // The one that waits for the latest time, then the one that has held for longest.
  const until = (b.root.until?.getTime() ?? 0) - (a.root.until?.getTime() ?? 0);
  if (until !== 0 && a.root.reason === "scheduled") return until;
  return (a.root.since?.getTime() ?? 0) - (b.root.since?.getTime() ?? 0);
}

function placeOf(job: ExplainedJob, facts: ExplainFacts, found: ReadonlyMap<number, Place>): Place {
  const parents = job.parentIds.flatMap((id) => found.get(id) ?? []);
  const worst = parents.toSorted(byWorst)[0];
  if (worst !== undefined) return { job, root: worst.root, isCut: worst.isCut, parent: worst };
  if (job.state !== "blocked") {
    const [root] = standing(job, facts);
    if (root !== undefined) return { job, root, isCut: false, parent: null };
  }
  const root: Blocker = {
    reason: "parent",
    since: job.createdAt,
    until: null,
    summary: `waits for ${job.pendingParents} of its parents`,
    resolution: `\`muster explain ${job.publicId}\``,
    detail: null,
  };
  return { job, root, isCut: true, parent: null };
}

function stepOf({ job, root, parent }: Place): ChainStep {
  const own = parent === null ? root : null;
  return {
    publicId: job.publicId,
    key: job.key,
    type: job.type,
    queue: job.queue,
    state: job.state,
    workerId: job.worker?.workerId ?? null,
    reason: own?.reason ?? (job.state === "blocked" ? "parent" : "ended"),
    since: own === null ? (job.finishedAt ?? job.createdAt) : own.since,
    summary:
      own?.summary ?? (job.state === "blocked" ? "waits for the next" : `${job.state} because of the next`),
  };
}
