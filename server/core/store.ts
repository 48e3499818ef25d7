/**
 * What the coordinator needs from Postgres (or PGlite), verb by verb. Every method is one transaction. Transient
 * errors are retried inside; what comes out is a MusterError with code STORE_DOWN (nothing happened),
 * OUTCOME_UNKNOWN (a commit was cut off) or a refusal. Ids are internal.
 */
import type { DeadLetterQuery, DiscardedPage, LetterPageQuery, RetriedPage } from "./dead-letters.js";
import type { Assignment, Disposition, JobRef, NewJob, Payload } from "./job.js";
import type { DecodedId } from "./job-id.js";
import type { WorkerLoad } from "./operations.js";
import type { QueueKey } from "./ports.js";
import type { RedriveSettings } from "./redrive.js";
import type { HelloInput } from "./sessions.js";
import type { ChangedJob, SessionOrder, Settled, SettleRequest } from "./settlement.js";
import type { PlannedJob } from "./plan.js";

export interface QueueRow {
  readonly id: number;
  readonly namespace: string;
  readonly name: string;
  readonly paused: boolean;
  /** Has limits: its jobs are claimed by `LimitStore.claimLimited`. */
  readonly limited: boolean;
  /** Had a job with a concurrency key: the same. */
  readonly keyed: boolean;
}

export interface InsertJob {
  readonly planned: PlannedJob;
  readonly queueId: number;
  readonly graphId: number | null;
  /** Microseconds since 1970; null unless the job starts ready. */
  readonly readyUs: number | null;
}

export interface InsertGraph {
  readonly id: number;
  readonly namespace: string;
  readonly name: string;
  readonly jobCount: number;
  readonly firstJobId: number;
  readonly lastJobId: number;
  readonly timeoutMs: number | null;
}

export interface NamedParent extends DecodedId {
  /** Where the submission names it, as field paths, for the violation when it does not exist. */
  readonly fields?: readonly string[];
}

/** Jobs that depend on nothing earlier, and their graphs, as they are written. */
export interface Insertion {
  readonly createdMs: number;
  readonly jobs: readonly InsertJob[];
  readonly graphs: readonly InsertGraph[];
}

/** An idempotency key of a new submission, with what it would stand for. */
export interface NewKey {
  readonly namespace: string;
  readonly kind: "job" | "graph";
  readonly key: string;
  /** The job's or the graph's. */
  readonly targetId: number;
  /** sha256 of what was submitted. */
  readonly hash: Buffer;
}

/** Of the rows of an insertion those of one submission with idempotency keys: all of them are written, or none. */
export interface KeyedRows {
  readonly keys: readonly NewKey[];
  /** Ascending ids of its graph and its jobs. */
  readonly ids: readonly number[];
}

export interface Inserted {
  /** Jobs that were given to their session, under lease epoch 1; the others stay ready. */
  readonly taken: ReadonlySet<number>;
  /** By position in what was given as keyed: keys of it are taken, so nothing of it was written. */
  readonly lost: ReadonlySet<number>;
}

/** A submission that names earlier jobs or whose idempotency keys may be taken; needs a transaction of its own. */
export interface LinkedSubmission {
  readonly namespace: string;
  readonly jobs: readonly NewJob[];
  /** One for each job. */
  readonly queueIds: readonly number[];
  /** sha256 of what was submitted, for each job with an idempotency key. */
  readonly jobHashes: readonly (Buffer | null)[];
  readonly earlierParents: readonly NamedParent[];
  readonly graph: {
    readonly name: string;
    readonly idempotencyKey: string | null;
    readonly timeoutMs: number | null;
    readonly hash: Buffer;
  } | null;
  /** As what it may have been written before, or is being written: then it is the same again; default: it was not. */
  readonly numbered?: Numbered;
}

export interface Numbered {
  readonly createdMs: number;
  readonly graphId: number | null;
  /** One for each job, ascending. */
  readonly ids: readonly number[];
}

export interface LinkedSubmitted {
  readonly createdMs: number;
  readonly graph: DecodedId | null;
  /** The whole graph had been submitted before under the same key. */
  readonly existed: boolean;
  /** In the order of the submission's jobs. */
  readonly jobs: readonly (DecodedId & { readonly existed: boolean })[];
  /** New jobs that are ready or scheduled, and earlier jobs whose hints must move to another level. */
  readonly changed: readonly ChangedJob[];
}

export interface ClaimRequest {
  readonly jobId: number;
  readonly sessionId: number;
  /** The epoch under which this replica holds the session; an older one claims nothing. */
  readonly epoch: number;
}

export interface Claimed {
  readonly assignments: readonly Assignment[];
  /** Asked for, not claimed, and still ready: their hints must be given back. The rest was stale. */
  readonly stillReady: readonly ChangedJob[];
}

/**
 * Credit of one session for one job that may become ready: a seat. Those of one queue are filled in their order, and
 * all of them take the same types.
 */
export interface Seat {
  readonly queueId: number;
  readonly sessionId: number;
  /** As in `ClaimRequest`. */
  readonly epoch: number;
  /** Null: every type. */
  readonly types: readonly string[] | null;
}

export interface SuccessResult {
  readonly ref: JobRef;
  readonly output: Payload | null;
}

export interface Finished {
  /** Ids of the jobs whose result was recorded. */
  readonly recorded: ReadonlySet<number>;
  /** Those of them whose start was counted against a limit. */
  readonly freed: readonly number[];
  readonly unblocked: readonly (ChangedJob & { readonly parentId: number })[];
  /** Those of them that got a seat: they run, in the same commit. */
  readonly seated: readonly Assignment[];
}

export interface RegisterRequest {
  readonly hello: HelloInput;
  readonly serverId: string;
  readonly leaseTtlMs: number;
  /** The session to go on with, verified by its token; null for a new one. */
  readonly resumeSessionId: number | null;
}

export interface SessionJob {
  readonly ref: JobRef;
  readonly createdMs: number;
  readonly attempt: number;
  readonly queueId: number;
  /** It has a timeout that counts from its start: the worker has to say again that it runs. */
  readonly isTimed: boolean;
  readonly payloadBytes: number;
  readonly dependents: number;
}

export interface Registered {
  readonly sessionId: number;
  readonly epoch: number;
  readonly resumed: boolean;
  /** The session of another process (or an older stream) that this one ended. */
  readonly replacedSessionId: number | null;
  /** Which of the jobs reported in Hello this session still holds in Postgres; empty for a new session. */
  readonly held: readonly SessionJob[];
  /** The replica that held the session before; null for a new session. */
  readonly formerServerId: string | null;
}

export interface HeartbeatRow {
  readonly sessionId: number;
  readonly epoch: number;
  readonly inFlight: number;
  readonly load: WorkerLoad;
}

export interface ProgressRow {
  readonly ref: JobRef;
  readonly started: boolean;
  readonly fraction: number;
  readonly note: string;
  readonly checkpoint: Payload | null;
}

export interface StoredOrder extends SessionOrder {
  readonly id: number;
  /** Of the job, for its public id; 0 when there is none. */
  readonly createdMs: number;
  readonly attempt: number;
}

export type SessionEnd = "lost" | "offline";

/** A session as a replica holds it. Another epoch in Postgres: another stream, maybe elsewhere, has it now. */
export interface HeldSession {
  readonly sessionId: number;
  readonly epoch: number;
}

export interface RetriedLetters extends RetriedPage {
  readonly changed: readonly ChangedJob[];
}

export interface Store {
  /** Whether the last statement reached Postgres; one is made every few seconds, also without work. */
  isUp(): boolean;
  /** The database's clock, ms since 1970. */
  databaseNowMs(): Promise<number>;
  /** First ids of `blocks` blocks of 1000 ids, ascending. */
  allocateIdBlocks(blocks: number): Promise<readonly number[]>;
  /** Finds queues, creating those that do not exist. */
  resolveQueues(keys: readonly QueueKey[]): Promise<readonly QueueRow[]>;
  listQueueRows(): Promise<readonly QueueRow[]>;

  /** @param mayBeThere the same was written before, or is being written: then nothing changes; default: false */
  insert(insertion: Insertion, mayBeThere?: boolean): Promise<void>;
  /**
   * Inserts once, gives some of the jobs to sessions and takes idempotency keys in the same commit. Not repeated after
   * a lost connection.
   * @returns null when nothing was written: one key of a submission was lost to somebody who was a little earlier
   * @throws MusterError OUTCOME_UNKNOWN: `insert` of what may be there is the way on, for what has keys `submitLinked`
   */
  insertOnce(
    insertion: Insertion,
    takers: readonly ClaimRequest[],
    keyed: readonly KeyedRows[],
  ): Promise<Inserted | null>;
  submitLinked(submission: LinkedSubmission): Promise<LinkedSubmitted>;

  claim(requests: readonly ClaimRequest[]): Promise<Claimed>;
  /**
   * Records results, in any order, one a job; and gives dependents that become ready to the seats, the most urgent
   * first. With seats it is not repeated after a lost connection.
   * @throws MusterError OUTCOME_UNKNOWN, with seats only: without seats it may be called again
   */
  finishSucceeded(results: readonly SuccessResult[], seats?: readonly Seat[]): Promise<Finished>;
  /** What became of results that were not recorded: one answer each, in order. */
  judge(
    results: readonly {
      readonly ref: JobRef;
      readonly kind: "succeeded" | "failed" | "cancelled";
      readonly output: Payload | null;
    }[],
  ): Promise<readonly Exclude<Disposition, "committed">[]>;
  settle(request: SettleRequest): Promise<Settled>;
  /**
   * Opens a new generation of the next dead letters in ascending order of their jobs, and of the dependents that their
   * end had ended. @throws MusterError INVALID_REQUEST for a page token that is not of such a walk
   */
  retryDeadLetters(query: DeadLetterQuery, page: LetterPageQuery): Promise<RetriedLetters>;
  /** Takes the next dead letters off the list for good; their jobs stay dead. */
  discardDeadLetters(query: DeadLetterQuery, page: LetterPageQuery): Promise<DiscardedPage>;
  /** @returns its id; null when another redrive of the namespace is open */
  startRedrive(settings: RedriveSettings): Promise<number | null>;
  /** One that has ended, or does not exist, stays as it is. */
  stopRedrive(which: {
    readonly namespace: string;
    readonly id: number;
    readonly reason: string;
  }): Promise<void>;
  /** ms until a redrive wants a step, 0 when one does now; null when none is open. */
  redriveDueInMs(): Promise<number | null>;
  /** Steps the redrive that is due first. @returns jobs that moved; null when there was none to step */
  stepRedrive(): Promise<readonly ChangedJob[] | null>;
  /** Recomputes the effective priorities above jobs that ended or left: what only they had raised sinks back. */
  lowerAncestors(endedIds: readonly number[]): Promise<readonly ChangedJob[]>;
  /** Raises what is above jobs that wait again. @returns jobs that are ready and changed their priority */
  raiseParents(reopened: readonly ChangedJob[]): Promise<readonly ChangedJob[]>;
  /** Parents of a job, which never change; empty for an unknown one. */
  parentsOf(jobId: number): Promise<readonly number[]>;
  /** Dependents that ended and still raise a job above them: a process died before it lowered those. */
  staleRaises(limit: number): Promise<readonly number[]>;
  recordProgress(items: readonly ProgressRow[]): Promise<void>;

  /**
   * One transaction. For each, in order, what became of it; null when the session to go on with is over, and then
   * nothing was written for it.
   * @param requests of different workers
   */
  register(requests: readonly RegisterRequest[]): Promise<readonly (Registered | null)[]>;
  /** Ids of the sessions whose leases were extended; the others are over. */
  renew(rows: readonly HeartbeatRow[], leaseTtlMs: number): Promise<ReadonlySet<number>>;
  /**
   * Ends sessions that are live under this epoch. Returns those that are over under it, now or before: their jobs are
   * the caller's next step. What is missing lives on elsewhere, and so do its jobs.
   */
  endSessions(sessions: readonly HeldSession[], how: SessionEnd, reason: string): Promise<readonly number[]>;
  /** The stream is lost and the lease stands; shown to operators, and no claim is made for it. */
  markSuspect(sessions: readonly HeldSession[]): Promise<void>;
  markDraining(sessionIds: readonly number[]): Promise<readonly number[]>;
  /** Ends up to `limit` sessions whose lease ran out. */
  expireSessions(limit: number): Promise<readonly number[]>;
  /** After an outage of the store: gives every live session a whole lease again. Returns how many. */
  extendLeases(leaseTtlMs: number): Promise<number>;
  /** Running jobs of these sessions; reads all open jobs, so it is for recovery only. */
  jobsOfSessions(
    sessionIds: readonly number[],
  ): Promise<readonly (JobRef & { readonly sessionId: number })[]>;
  /** Running jobs whose session has ended, whatever the way. */
  orphanedJobs(limit: number): Promise<readonly { readonly jobId: number; readonly sessionId: number }[]>;
  /** Of a session that another replica has now, nothing: the orders are for that one to carry out. */
  ordersFor(sessions: readonly HeldSession[]): Promise<readonly StoredOrder[]>;
  deleteOrders(ids: readonly number[]): Promise<void>;
  writeOrders(orders: readonly SessionOrder[]): Promise<void>;

  /** Scheduled jobs whose time has come become ready. */
  promoteDue(limit: number): Promise<readonly ChangedJob[]>;
  /** When the next scheduled job is due, ms since 1970; null when none is. */
  nextDueMs(): Promise<number | null>;
  /** What must be looked at because a timeout may be over by now, the longest overdue first. */
  dueDeadlines(limit: number): Promise<readonly { readonly id: number; readonly isGraph: boolean }[]>;
  /** Ids of a graph's jobs that have not ended, descending, below `belowId`. */
  openGraphJobs(graphId: number, belowId: number, limit: number): Promise<readonly number[]>;
  /** A graph's deadline is dealt with. */
  dropDeadline(graphId: number): Promise<void>;
  /** Ready jobs of a queue in id order, for the reconciler. */
  readyPage(queueId: number, afterId: number, limit: number): Promise<readonly ChangedJob[]>;
  /** The most urgent ready jobs of a queue, for dispatch without Redis. */
  peekReady(queueId: number, types: readonly string[] | null, limit: number): Promise<readonly ChangedJob[]>;
}
