/**
 * The words of a job: its states, what may move it from one to another, and the shapes in which the rest of
 * the server speaks of it. Pure data; nothing here reads a clock or a database.
 */

import type { Concurrency, LimitHold } from "./limits.js";

/** In the order of their codes in `jobs.state`. */
export const JOB_STATES = [
  "blocked",
  "scheduled",
  "ready",
  "running",
  "succeeded",
  "dead",
  "cancelled",
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** `jobs.state` as stored: a smallint, so that guards can be written as expressions the planner cannot misread. */
export const STATE_CODE = {
  blocked: 0,
  scheduled: 1,
  ready: 2,
  running: 3,
  succeeded: 4,
  dead: 5,
  cancelled: 6,
} as const satisfies Record<JobState, number>;

export type JobEvent =
  | "parents_settled" // the last parent settled; run_at decides between ready and scheduled
  | "parents_settled_early" // the same, but run_at is still ahead
  | "parent_failed_cancel"
  | "parent_failed_fail"
  | "due"
  | "claimed"
  | "completed"
  | "retried"
  | "exhausted"
  | "released" // given back, undelivered or lost: ready again, no attempt spent
  | "released_later" // given back with a delay
  | "poisoned" // lost too often
  | "cancel"
  | "retry"
  | "retry_blocked"; // retried by hand while a parent is open again

/** Every legal move of a job. A pair that is not here cannot happen; the database guards say the same. */
export const MOVES = {
  blocked: {
    parents_settled: "ready",
    parents_settled_early: "scheduled",
    parent_failed_cancel: "cancelled",
    parent_failed_fail: "dead",
    cancel: "cancelled",
  },
  scheduled: {
    due: "ready",
    cancel: "cancelled",
    parent_failed_cancel: "cancelled",
    parent_failed_fail: "dead",
  },
  ready: { claimed: "running", cancel: "cancelled" },
  running: {
    completed: "succeeded",
    retried: "scheduled",
    exhausted: "dead",
    released: "ready",
    released_later: "scheduled",
    poisoned: "dead",
    cancel: "cancelled",
  },
  succeeded: {},
  dead: { retry: "ready", retry_blocked: "blocked" },
  cancelled: { retry: "ready", retry_blocked: "blocked" },
} as const satisfies Record<JobState, Partial<Record<JobEvent, JobState>>>;

/** Where `event` takes a job in `state`, or null when the move is illegal. */
export function move(state: JobState, event: JobEvent): JobState | null {
  return (MOVES[state] as Partial<Record<JobEvent, JobState>>)[event] ?? null;
}

export function isTerminal(state: JobState): boolean {
  return state === "succeeded" || state === "dead" || state === "cancelled";
}

export function stateOf(code: number): JobState {
  const state = JOB_STATES[code];
  if (state === undefined) throw new RangeError(`job state code: expected 0..6, got ${code}`);
  return state;
}

/** What a dependent does when a parent ends dead or cancelled. */
export const PARENT_FAILURE_POLICIES = ["cancel", "run", "fail"] as const;
export type OnParentFailure = (typeof PARENT_FAILURE_POLICIES)[number];

/** Opaque bytes with their content type; exactly one of `body` and `uri` is set. */
export interface Payload {
  readonly contentType: string;
  readonly body: Buffer | null;
  readonly uri: string | null;
}

export interface BackoffPolicy {
  readonly kind: "fixed" | "linear" | "exponential";
  readonly baseMs: number;
  readonly capMs: number;
  /** Share of the delay that is random, 0..1. */
  readonly jitter: number;
  /** What failures of one error type do instead; the first that names the type counts. Absent: none. */
  readonly rules?: readonly ErrorRule[];
}

/** What a failure with this error type does, exactly as the worker spells it. */
export interface ErrorRule {
  readonly errorType: string;
  readonly nonRetryable: boolean;
  /** The attempt after which this error is final; null: the job's. */
  readonly maxAttempts: number | null;
  /** Null: the job's. */
  readonly backoff: Omit<BackoffPolicy, "rules"> | null;
}

export interface JobError {
  readonly errorType: string;
  readonly message: string;
  readonly stackTrace: string;
}

/** One job as validated at submission, in topological order within its batch. */
export interface NewJob {
  readonly key: string | null;
  readonly type: string;
  readonly queue: string;
  readonly payload: Payload | null;
  readonly priority: number;
  readonly inheritPriority: boolean;
  readonly maxAttempts: number;
  readonly backoff: BackoffPolicy | null;
  readonly executionTimeoutMs: number | null;
  readonly startTimeoutMs: number | null;
  readonly progressTimeoutMs: number | null;
  readonly runAtMs: number | null;
  /** Positions of parents in the same batch; each is smaller than the job's own position. */
  readonly siblingParents: readonly number[];
  /** Internal ids of parents submitted earlier. */
  readonly earlierParents: readonly number[];
  readonly onParentFailure: OnParentFailure;
  /** In a graph with an order: how much later than others that became ready with it it takes its place. Absent: 0. */
  readonly slackMs?: number;
  readonly idempotencyKey: string | null;
  /** Absent for most. */
  readonly concurrency?: Concurrency;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly headers: Readonly<Record<string, string>> | null;
}

/** What fences a running job: which one, and which assignment of it. */
export interface JobRef {
  readonly jobId: number;
  readonly leaseEpoch: number;
}

/** A job as it is handed to a session. `publicId` is what goes over the wire. */
export interface Assignment {
  readonly jobId: number;
  readonly publicId: string;
  readonly sessionId: number;
  readonly leaseEpoch: number;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly queueId: number;
  readonly type: string;
  readonly payload: Payload | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly executionTimeoutMs: number | null;
  readonly startTimeoutMs: number | null;
  readonly progressTimeoutMs: number | null;
  readonly readyAtMs: number;
  /** Where it waits for a slot, others that came so much later go first. */
  readonly slackMs: number;
  readonly graphPublicId: string | null;
  readonly effectivePriority: number;
  readonly checkpoint: Payload | null;
  readonly parents: readonly ParentOutput[];
  readonly parentsTruncated: boolean;
  /** It was submitted with so many dependents; there may be more. */
  readonly dependents: number;
}

export interface ParentOutput {
  readonly publicId: string;
  readonly key: string | null;
  readonly output: Payload | null;
  readonly succeeded: boolean;
}

/** What a worker says about a job it was given. */
export type Outcome =
  | { readonly kind: "succeeded"; readonly output: Payload | null }
  | {
      readonly kind: "failed";
      readonly error: JobError;
      readonly nonRetryable: boolean;
      readonly retryAfterMs: number | null;
      readonly timedOut: boolean;
    }
  | { readonly kind: "cancelled"; readonly reason: string };

export interface Result {
  readonly ref: JobRef;
  readonly outcome: Outcome;
  /** As reported by the worker; for display only. */
  readonly startedAtMs: number | null;
}

export type Disposition = "committed" | "duplicate" | "conflict" | "stale" | "unknown_job";

export interface Verdict {
  readonly ref: JobRef;
  readonly disposition: Disposition;
  readonly willRetry: boolean;
  readonly unblockedCount: number;
  /** Public ids, up to 100. */
  readonly unblockedIds: readonly string[];
}

/** One line of a job's history. */
export interface ExecutionView {
  readonly attempt: number;
  readonly leaseEpoch: number;
  readonly workerId: string;
  readonly sessionId: number;
  readonly assignedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly outcome: string | null;
  readonly error: JobError | null;
}

/** A job as shown to people and programs. */
export interface JobView {
  readonly id: number;
  readonly publicId: string;
  readonly namespace: string;
  readonly queue: string;
  readonly type: string;
  readonly key: string | null;
  readonly graphPublicId: string | null;
  readonly state: JobState;
  readonly stateReason: string | null;
  readonly priority: number;
  readonly effectivePriority: number;
  readonly priorityReason: "own" | "inherited" | "raised";
  readonly prioritySourcePublicId: string | null;
  readonly inheritPriority: boolean;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly generation: number;
  readonly leaseEpoch: number;
  readonly losses: number;
  readonly pendingParents: number;
  readonly onParentFailure: OnParentFailure;
  readonly payload: Payload | null;
  readonly output: Payload | null;
  readonly error: JobError | null;
  readonly backoff: BackoffPolicy;
  readonly executionTimeoutMs: number | null;
  readonly startTimeoutMs: number | null;
  readonly progressTimeoutMs: number | null;
  /** Why the running attempt was asked to stop, and when it is taken from its worker; null: it was not. */
  readonly stopReason: string | null;
  readonly stopBy: Date | null;
  readonly createdAt: Date;
  readonly readyAt: Date | null;
  readonly runAt: Date | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly workerId: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly dependsOn: readonly string[];
  readonly idempotencyKey: string | null;
  readonly concurrency: Concurrency | null;
  /** The limits that hold it back now; only from a get, only while it is ready. */
  readonly heldBy: readonly LimitHold[];
  readonly cancelRequested: boolean;
  readonly progress: number;
  readonly progressNote: string;
  /** What a dead letter's error has in common with others; null for any other job. */
  readonly fingerprint: string | null;
  /** When a dead letter was taken off the list. */
  readonly discardedAt: Date | null;
  /** Only from a get, never from a list. */
  readonly executions: readonly ExecutionView[];
  /** Workers lost with it in this generation, in that order. Only from a get. */
  readonly lostWorkers: readonly string[];
  /** The last one that an attempt stored. Only from a get. */
  readonly checkpoint: { readonly payload: Payload; readonly at: Date } | null;
}

export interface GraphView {
  readonly publicId: string;
  readonly namespace: string;
  readonly name: string;
  readonly jobCount: number;
  readonly counts: Readonly<Record<JobState, number>>;
  readonly createdAt: Date;
  readonly firstStartedAt: Date | null;
  /** Set once every job is terminal. */
  readonly finishedAt: Date | null;
  readonly timeoutMs: number | null;
}
