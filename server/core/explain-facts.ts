/**
 * What is known about a job that somebody asks about: the job and what stands above it, and how its type is served.
 * The store reads these in a few bounded statements; `explain.ts` makes blockers of them. What was read may have
 * changed by the time it is shown.
 */
import type { JobState } from "./job.js";
import type { LimitHold } from "./limits.js";
import type { WorkerState } from "./operations.js";

/** The job itself, or a job above it: open for an open job, failed for one that a failed parent ended. */
export interface ExplainedJob {
  readonly id: number;
  readonly publicId: string;
  readonly key: string | null;
  readonly type: string;
  readonly queueId: number;
  readonly queue: string;
  readonly state: JobState;
  readonly stateReason: string | null;
  readonly pendingParents: number;
  /** Of those, the ones among the jobs read. */
  readonly parentIds: readonly number[];
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly losses: number;
  readonly cancelRequested: boolean;
  readonly createdAt: Date;
  readonly readyAt: Date | null;
  readonly runAt: Date | null;
  readonly assignedAt: Date | null;
  /** Of the last assignment; null before STARTED. */
  readonly startedAt: Date | null;
  /** End of the last execution; null before the first and while one runs. */
  readonly lastEndedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly executionTimeoutMs: number | null;
  /** Of the last failed attempt. */
  readonly error: { readonly errorType: string; readonly message: string } | null;
  /** Who runs it, while it runs. */
  readonly worker: {
    readonly workerId: string;
    readonly state: WorkerState;
    readonly leaseExpiresAt: Date | null;
  } | null;
  readonly progress: number;
  readonly progressNote: string;
  readonly progressAt: Date | null;
}

export interface Subscribed {
  readonly queue: string;
  /** Empty: every type. */
  readonly jobTypes: readonly string[];
  readonly sessions: number;
}

/** How jobs of one type in one queue are served. */
export interface DispatchFacts {
  readonly queueId: number;
  readonly type: string;
  readonly pausedAt: Date | null;
  /** Live sessions that take the type from the queue; only those online are given jobs. */
  readonly online: number;
  readonly suspect: number;
  readonly draining: number;
  /** Of the sessions online. */
  readonly slots: number;
  readonly slotsFree: number;
  /** What the live sessions of the namespace take instead, the most frequent first. */
  readonly subscribed: readonly Subscribed[];
  /** Ready jobs that these sessions take before this one; null when it was not asked for. */
  readonly ahead: number | null;
  /** False: the queue has more open jobs than were looked at, and more may be ahead. */
  readonly isAheadExact: boolean;
}

/** How long recent executions of a type held their slots. */
export interface ServiceTimes {
  readonly samples: number;
  readonly medianMs: number;
  readonly p90Ms: number;
}

export interface ExplainFacts {
  /** The database's clock. */
  readonly now: Date;
  readonly job: ExplainedJob;
  readonly above: readonly ExplainedJob[];
  /** There are more above than were read. */
  readonly isCut: boolean;
  /** For the job when it waits for a worker, and for those above it that do, as far as was asked. */
  readonly dispatch: readonly DispatchFacts[];
  /** Limits that hold the job itself, when it is ready. */
  readonly holds: readonly LimitHold[];
  /** Null: no history. */
  readonly service: ServiceTimes | null;
  readonly isReadyQueueUp: boolean;
  /** What a small statement took. */
  readonly storeMs: number;
  readonly reconcileIntervalMs: number;
}
