/**
 * Turns validated jobs into rows: the state each starts in, how many parents it waits for, its priorities and
 * where they come from. Parents submitted earlier are given as they stand under their row locks. Pure: the
 * caller brings ids and the database's time.
 */
import { isTerminal, type JobState, type NewJob } from "./job.js";
import { computePriorities, type ComputedPriority } from "./priority.js";

/** A parent from an earlier submission, locked. */
export interface EarlierParent {
  readonly id: number;
  readonly state: JobState;
  readonly basePriority: number;
  readonly effectivePriority: number;
  readonly inheritPriority: boolean;
}

export interface PlannedJob {
  readonly id: number;
  readonly job: NewJob;
  readonly state: JobState;
  readonly reason: string | null;
  readonly pendingParents: number;
  readonly basePriority: number;
  readonly effectivePriority: number;
  /** The job that the effective priority comes from; null for its own. */
  readonly prioritySource: number | null;
  readonly parentIds: readonly number[];
  /** Jobs of the same submission that depend on it. */
  readonly dependents: number;
}

/** An open parent that has to be raised to its new dependent's priority. */
export interface PriorityRaise {
  readonly parentId: number;
  readonly priority: number;
  readonly sourceId: number;
}

export interface Plan {
  readonly jobs: readonly PlannedJob[];
  readonly raises: readonly PriorityRaise[];
}

/** @param ids one per job, ascending, each above every earlier parent's id */
export function planSubmission(
  jobs: readonly NewJob[],
  ids: readonly number[],
  earlier: ReadonlyMap<number, EarlierParent>,
  nowMs: number,
): Plan {
  const starts: Start[] = [];
  for (const job of jobs) starts.push(startOf(job, { ids, starts, earlier, nowMs }));
  const priorities = computePriorities(
    jobs.map((job, position) => ({
      own: job.priority,
      inherits: job.inheritPriority,
      parents: job.siblingParents,
      outside: highestBase(job.earlierParents, earlier),
      isOver: isTerminal(starts[position]?.state ?? "blocked"),
    })),
  );
  const dependents = dependentsOf(jobs);
  const planned = jobs.map((job, position): PlannedJob => {
    const priority = priorities[position] as ComputedPriority;
    const start = starts[position] as Start;
    return {
      id: idAt(ids, position),
      job,
      state: start.state,
      reason: start.reason,
      pendingParents: start.pendingParents,
      parentIds: start.parentIds,
      dependents: dependents.get(position) ?? 0,
      basePriority: priority.base,
      effectivePriority: priority.effective,
      prioritySource: sourceId(priority, ids),
    };
  });
  return { jobs: planned, raises: raisesOf(planned, earlier) };
}

/** How many of the jobs depend on each, by its position; those that none depends on are left out. */
function dependentsOf(jobs: readonly NewJob[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { siblingParents } of jobs) {
    for (const at of siblingParents) counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return counts;
}

const NO_PARENTS: readonly number[] = [];

type Start = Pick<PlannedJob, "state" | "reason" | "pendingParents" | "parentIds">;

function startOf(
  job: NewJob,
  known: {
    readonly ids: readonly number[];
    /** Of the jobs before this one. */
    readonly starts: readonly Start[];
    readonly earlier: ReadonlyMap<number, EarlierParent>;
    readonly nowMs: number;
  },
): Start {
  const { ids, starts, earlier, nowMs } = known;
  if (job.earlierParents.length === 0 && job.siblingParents.length === 0) {
    return { state: startState(job, nowMs), reason: null, pendingParents: 0, parentIds: NO_PARENTS };
  }
  const parents = [
    ...job.earlierParents.map((id) => ({ id, state: earlier.get(id)?.state ?? ("succeeded" as const) })),
    ...job.siblingParents.map((at) => ({
      id: idAt(ids, at),
      state: starts[at]?.state ?? ("blocked" as const),
    })),
  ];
  return { ...startingState(job, parents, nowMs), parentIds: parents.map((parent) => parent.id) };
}

function startingState(
  job: NewJob,
  parents: readonly { readonly id: number; readonly state: JobState }[],
  nowMs: number,
): { state: JobState; reason: string | null; pendingParents: number } {
  let pendingParents = 0;
  for (const { state } of parents) {
    if (!isTerminal(state)) {
      pendingParents++;
    } else if (state !== "succeeded" && job.onParentFailure !== "run") {
      const ended = job.onParentFailure === "cancel" ? "cancelled" : "dead";
      return {
        state: ended,
        reason: state === "dead" ? "parent_failed" : "parent_cancelled",
        pendingParents: 0,
      };
    }
  }
  if (pendingParents > 0) return { state: "blocked", reason: null, pendingParents };
  return { state: startState(job, nowMs), reason: null, pendingParents };
}

/** Of a job that waits for no parent. */
function startState(job: NewJob, nowMs: number): JobState {
  return job.runAtMs !== null && job.runAtMs > nowMs ? "scheduled" : "ready";
}

function highestBase(
  parentIds: readonly number[],
  earlier: ReadonlyMap<number, EarlierParent>,
): { base: number; jobId: number } | null {
  let highest: { base: number; jobId: number } | null = null;
  for (const id of parentIds) {
    const parent = earlier.get(id);
    if (parent !== undefined && (highest === null || parent.basePriority > highest.base)) {
      highest = { base: parent.basePriority, jobId: id };
    }
  }
  return highest;
}

function sourceId(priority: ComputedPriority, ids: readonly number[]): number | null {
  switch (priority.source.kind) {
    case "own":
      return null;
    case "inherited_outside":
      return priority.source.jobId;
    case "inherited":
    case "raised":
      return idAt(ids, priority.source.position);
  }
}

function raisesOf(
  planned: readonly PlannedJob[],
  earlier: ReadonlyMap<number, EarlierParent>,
): PriorityRaise[] {
  const raises = new Map<number, PriorityRaise>();
  for (const { id, job, state, effectivePriority } of planned) {
    if (isTerminal(state)) continue;
    for (const parentId of job.earlierParents) {
      const parent = earlier.get(parentId);
      if (parent === undefined || isTerminal(parent.state)) continue;
      if (effectivePriority > (raises.get(parentId)?.priority ?? Number.NEGATIVE_INFINITY)) {
        raises.set(parentId, { parentId, priority: effectivePriority, sourceId: id });
      }
    }
  }
  return [...raises.values()];
}

function idAt(ids: readonly number[], position: number): number {
  const id = ids[position];
  if (id === undefined) throw new RangeError(`position ${position} has no id`);
  return id;
}
