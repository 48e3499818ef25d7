/**
 * The shape of every decision about jobs that is taken under row locks and is not a plain success: failures,
 * releases, losses, cancels, retries. The store locks, the decision is a pure function of what was locked, the
 * store applies the changes in the same transaction. Nothing decides from unlocked reads.
 */
import type { BackoffPolicy, JobError, JobState, OnParentFailure } from "./job.js";

/** A job as read under its row lock. */
export interface LockedJob {
  readonly id: number;
  readonly createdMs: number;
  readonly queueId: number;
  readonly graphId: number | null;
  readonly state: JobState;
  readonly type: string;
  readonly effectivePriority: number;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly generation: number;
  readonly losses: number;
  readonly leaseEpoch: number;
  readonly sessionId: number | null;
  readonly pendingParents: number;
  readonly onParentFailure: OnParentFailure;
  readonly runAtMs: number | null;
  readonly backoff: BackoffPolicy | null;
  readonly cancelRequested: boolean;
  readonly stateReason: string | null;
  readonly hasParents: boolean;
}

export type ExecutionOutcome = "succeeded" | "failed" | "timed_out" | "lost" | "cancelled" | "released";

/** In the order of their codes in `job_executions.outcome`. */
export const EXECUTION_OUTCOMES = [
  "succeeded",
  "failed",
  "timed_out",
  "lost",
  "cancelled",
  "released",
] as const satisfies readonly ExecutionOutcome[];

export interface JobChange {
  readonly id: number;
  readonly state: JobState;
  readonly reason: string | null;
  /** When it may run: a delay from now, at once, or as it was. */
  readonly runAt: { readonly afterMs: number } | "now" | "keep";
  readonly pendingParents: number;
  readonly attempt: number;
  readonly losses: number;
  readonly generation: number;
  readonly cancelRequested: boolean;
  /** Replaces the stored error unless null. */
  readonly error: JobError | null;
  /** Ends the current execution with this outcome; null when there is none to end. */
  readonly executionEnds: ExecutionOutcome | null;
}

/** Something the replica that holds the session must tell its worker; committed with the change. */
export interface SessionOrder {
  readonly sessionId: number;
  readonly kind: "cancel" | "revoke" | "drain";
  readonly jobId: number | null;
  readonly leaseEpoch: number | null;
  readonly reason: string;
  readonly graceMs: number;
}

export interface Edge {
  readonly parentId: number;
  readonly childId: number;
}

export interface LockedSet {
  readonly jobs: ReadonlyMap<number, LockedJob>;
  /** Edges from the jobs that may end down to what their end can reach. */
  readonly edges: readonly Edge[];
  /** The database's clock, ms since 1970. */
  readonly nowMs: number;
}

export interface Decision {
  readonly changes: readonly JobChange[];
  readonly orders: readonly SessionOrder[];
}

export interface SettleRequest {
  readonly ids: readonly number[];
  /** Asked before the locks: may this job end dead or cancelled here? Then its dependents are locked too. */
  readonly mayEnd: (job: LockedJob) => boolean;
  readonly decide: (locked: LockedSet) => Decision;
}

/** A job as it stands after the change. */
export interface ChangedJob {
  readonly id: number;
  readonly createdMs: number;
  readonly queueId: number;
  readonly graphId: number | null;
  readonly state: JobState;
  readonly type: string;
  readonly effectivePriority: number;
  /** Microseconds since 1970; null unless it has been ready. */
  readonly readyUs: number | null;
  readonly runAtMs: number | null;
  /** Absent or null for most; with one, it is given out only when it is its turn. */
  readonly concurrencyKey?: string | null;
  /** Its last start was counted against a limit: when it has left running, others may start. */
  readonly limited?: boolean;
  /** Its queue has limits, which whoever asked for it may not know yet. */
  readonly queueLimited?: boolean;
}

export interface Settled {
  /** Every job asked for, as it was under the lock; missing ids do not exist. */
  readonly before: ReadonlyMap<number, LockedJob>;
  readonly changed: readonly ChangedJob[];
}

/** A change that leaves everything as it is; decisions override what they move. */
export function unchanged(job: LockedJob): JobChange {
  return {
    id: job.id,
    state: job.state,
    reason: job.stateReason,
    runAt: "keep",
    pendingParents: job.pendingParents,
    attempt: job.attempt,
    losses: job.losses,
    generation: job.generation,
    cancelRequested: job.cancelRequested,
    error: null,
    executionEnds: null,
  };
}
