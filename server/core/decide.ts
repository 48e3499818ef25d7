/**
 * The decisions taken under row locks, as pure functions of what was locked: a worker's failure or cancel, a job
 * given back or lost, a cancel from outside, a retry by hand. Each yields the changes of the jobs themselves and of
 * the dependents that an end reaches, for one transaction.
 */
import { cascade } from "./cascade.js";
import { isTerminal, type JobError, type JobRef, type Result } from "./job.js";
import { decideRetry } from "./parent-edge.js";
import { reopenedChange } from "./reopen.js";
import { decideFailure, decideLoss } from "./retry.js";
import {
  unchanged,
  type Decision,
  type ExecutionOutcome,
  type JobChange,
  type LockedJob,
  type LockedSet,
  type SessionOrder,
  type StopReason,
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
  const ranOut = timeoutOf(job.stopReason);
  if (outcome.kind === "cancelled") {
    if (job.cancelRequested)
      return { ...ended(job, "cancelled", job.stateReason ?? "cancelled"), executionEnds: "cancelled" };
    // It stopped because we asked it to: that is how an attempt ends whose time ran out.
    if (ranOut !== null) return failureChange(job, timedOut(ranOut, ""), random01);
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
  const timeout = ranOut ?? (outcome.timedOut ? "execution_timeout" : null);
  return failureChange(job, { ...outcome, timeout }, random01);
}

/** A clock that ran out fails the attempt; what ends a job for another reason is no timeout. */
export type AttemptTimeout = Exclude<StopReason, "cancelled">;

export interface AttemptFailure {
  readonly error: JobError;
  readonly nonRetryable: boolean;
  readonly retryAfterMs: number | null;
  /** Null: it failed by itself. */
  readonly timeout: AttemptTimeout | null;
}

const TIMEOUTS = {
  execution_timeout: { outcome: "timed_out", retrying: "retry_after_timeout", errorType: "TIMEOUT" },
  progress_timeout: { outcome: "no_progress", retrying: "retry_after_no_progress", errorType: "NO_PROGRESS" },
} as const satisfies Record<
  AttemptTimeout,
  { outcome: ExecutionOutcome; retrying: string; errorType: string }
>;

function timeoutOf(reason: StopReason | null): AttemptTimeout | null {
  return reason === "cancelled" ? null : reason;
}

/** @param more what is known beyond that it was asked to stop */
export function timedOut(timeout: AttemptTimeout, more: string): AttemptFailure {
  const message = `${timeout}: asked to stop${more}`;
  const error = { errorType: TIMEOUTS[timeout].errorType, message, stackTrace: "" };
  return { error, nonRetryable: false, retryAfterMs: null, timeout };
}

/** Another attempt later, or none: the one place where a failed attempt becomes the job's next state. */
export function failureChange(job: LockedJob, failure: AttemptFailure, random01: number): JobChange {
  const { timeout, error } = failure;
  const executionEnds = timeout === null ? "failed" : TIMEOUTS[timeout].outcome;
  const { attempt, maxAttempts, backoff, cancelRequested } = job;
  const { nonRetryable, retryAfterMs } = failure;
  const decision = decideFailure(
    {
      attempt,
      maxAttempts,
      backoff,
      errorType: error.errorType,
      nonRetryable,
      retryAfterMs,
      cancelRequested,
    },
    random01,
  );
  switch (decision.event) {
    case "retried":
      return {
        ...unchanged(job),
        state: "scheduled",
        reason: timeout === null ? "retry" : TIMEOUTS[timeout].retrying,
        runAt: { afterMs: decision.delayMs },
        error,
        executionEnds,
      };
    case "exhausted": {
      const reason = timeout !== null && decision.reason === "exhausted" ? timeout : decision.reason;
      return { ...ended(job, "dead", reason), error, executionEnds };
    }
    case "cancel": {
      const reason = job.stateReason ?? decision.reason;
      return { ...ended(job, "cancelled", reason), error, executionEnds: "cancelled" };
    }
  }
}

export type ReleaseReason = "shutting_down" | "overloaded" | "unsupported";

const RELEASED: Readonly<Record<ReleaseReason, string>> = {
  shutting_down: "given back: the worker is stopping",
  overloaded: "given back: the worker has too much to do, or its handler asked for it",
  unsupported: "given back: the worker has no handler for this type",
};

export interface GivenBack {
  readonly ref: JobRef;
  /** Released by its worker, never delivered, or lost with its worker. */
  readonly how: "released" | "undelivered" | "lost";
  /** Of a release: the worker's own word for it, which stays with the job until it runs again elsewhere. */
  readonly why?: ReleaseReason;
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
  const executionEnds = item.how === "lost" ? "lost" : "released";
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
        // A job that nobody supports says so while it waits, also when it may go at once.
        reason: item.why === "unsupported" ? item.why : waits ? (item.why ?? item.how) : null,
        runAt: waits ? { afterMs: item.delayMs } : "now",
        attempt: Math.max(0, job.attempt - 1),
        losses,
        executionEnds,
        executionError: item.why === undefined ? null : releaseNote(item.why),
      };
    }
  }
}

function releaseNote(why: ReleaseReason): JobError {
  return { errorType: why.toUpperCase(), message: RELEASED[why], stackTrace: "" };
}

/**
 * A cancel from outside: what waits ends at once; what runs is marked, its worker is told, and the deadline takes it
 * from a worker that does not answer. Without grace it ends here and now. Asked again, only a shorter grace counts.
 */
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
    if (job.state !== "running") {
      primary.push(ended(job, "cancelled", reason));
      continue;
    }
    const why = job.cancelRequested ? (job.stateReason ?? reason) : reason;
    if (graceMs === 0) {
      primary.push({ ...ended(job, "cancelled", why), cancelRequested: true, executionEnds: "cancelled" });
      orders.push(...orderTo(job, "revoke", why, 0));
      continue;
    }
    const stopByMs = locked.nowMs + graceMs;
    if (job.cancelRequested && job.stopByMs !== null && job.stopByMs <= stopByMs) continue;
    // What was asked to stop before has its time already.
    const stop =
      job.stopByMs !== null && job.stopByMs <= stopByMs
        ? null
        : ({ reason: "cancelled", afterMs: graceMs } as const);
    primary.push({ ...unchanged(job), cancelRequested: true, reason: why, stop });
    orders.push(...orderTo(job, "cancel", why, graceMs));
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

/** What the worker of a running job must be told; nothing when nobody runs it. */
export function orderTo(
  job: LockedJob,
  kind: "cancel" | "revoke",
  reason: string,
  graceMs: number,
): SessionOrder[] {
  const { sessionId, id: jobId, leaseEpoch } = job;
  return sessionId === null ? [] : [{ sessionId, kind, jobId, leaseEpoch, reason, graceMs }];
}

export function ended(job: LockedJob, state: "dead" | "cancelled", reason: string): JobChange {
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
export function withCascade(locked: LockedSet, primary: readonly JobChange[]): JobChange[] {
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
