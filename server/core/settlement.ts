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
  /** Why the server asked the running attempt to stop; null unless it did. */
  readonly stopReason: StopReason | null;
  /** When the attempt is taken from its worker then. */
  readonly stopByMs: number | null;
}

/** Why a running attempt was asked to stop: by somebody, or because a clock ran out. */
export const STOP_REASONS = ["cancelled", "execution_timeout", "progress_timeout"] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** In the order of their codes in `job_executions.outcome`. */
export const EXECUTION_OUTCOMES = [
  "succeeded",
  "failed",
  "timed_out",
  "lost",
  "cancelled",
  "released",
  "no_progress",
  "not_started",
  "cancel_ignored",
] as const;
export type ExecutionOutcome = (typeof EXECUTION_OUTCOMES)[number];

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
  /** Of the execution that ends, when it is not the job's; null: the same as `error`. */
  readonly executionError: JobError | null;
  /** Asks the running attempt to stop, by then; null: as it was. Forgotten when the job stops running. */
  readonly stop: { readonly reason: StopReason; readonly afterMs: number } | null;
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
  /** Read only when asked for. */
  readonly clocks?: ReadonlyMap<number, JobClocks>;
}

/** What the timeouts of a job count from, read under its lock. Moments in ms since 1970 by the database's clock. */
export interface JobClocks {
  readonly jobId: number;
  /** The deadline's own stamp: it is moved or removed only while nobody else has moved it. */
  readonly dueUs: number;
  readonly startTimeoutMs: number | null;
  readonly executionTimeoutMs: number | null;
  readonly progressTimeoutMs: number | null;
  /** Since when it is ready; null unless it has been. */
  readonly waitingSinceMs: number | null;
  /** STARTED of the current assignment; null before it. */
  readonly startedMs: number | null;
  /** The last progress report. */
  readonly progressMs: number | null;
  /** Its worker's stream is lost and the lease stands: reports may be under way. */
  readonly isDetached: boolean;
}

/** When a job is to be looked at again; null: no more. */
export interface Look {
  readonly jobId: number;
  readonly dueUs: number;
  readonly atMs: number | null;
}

export interface Decision {
  readonly changes: readonly JobChange[];
  readonly orders: readonly SessionOrder[];
  readonly looks?: readonly Look[];
}

export interface SettleRequest {
  readonly ids: readonly number[];
  /** Asked before the locks: may this job end dead or cancelled here? Then its dependents are locked too. */
  readonly mayEnd: (job: LockedJob) => boolean;
  /** Read what timeouts count from. */
  readonly withClocks?: boolean;
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
  /** Its place among its equals: when it first became ready and its slack, microseconds since 1970; null unless it has been. */
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
    executionError: null,
    stop: null,
  };
}
