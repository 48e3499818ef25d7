/**
 * The read side of the store, as the coordinator sees it: jobs, graphs, workers and queues as people and programs
 * are shown them. Nothing here locks or decides; what is read may be old by the time it is used. Every method
 * rejects with STORE_DOWN when Postgres is away. A missing thing is null, not an error: callers name it.
 */
import type { DispatchFacts, ExplainFacts, ServiceTimes } from "./explain-facts.js";
import type { DeadLetterGroup, DeadLetterPage, DeadLetterQuery, LetterPageQuery } from "./dead-letters.js";
import type { GraphView, JobView } from "./job.js";
import type { LimitHold, QueueLimits } from "./limits.js";
import type { DecodedId } from "./job-id.js";
import type { JobPage, JobPageQuery, WorkerState, WorkerView } from "./operations.js";
import type { QueueKey, ReadyDepth } from "./ports.js";
import type { RedriveView } from "./redrive.js";

/** What never changes about a graph. Its jobs lie in the range of ids; others may too. */
export interface GraphHead extends DecodedId {
  readonly namespace: string;
  readonly name: string;
  readonly jobCount: number;
  readonly firstJobId: number;
  readonly lastJobId: number;
  readonly timeoutMs: number | null;
}

/** What changes about it. */
export type GraphProgress = Pick<GraphView, "counts" | "firstStartedAt" | "finishedAt">;

/** A job with a text that differs whenever anything about it was written. */
export interface VersionedJob {
  readonly version: string;
  readonly view: JobView;
}

export interface SomeJobs {
  /** By internal id. */
  readonly jobs: ReadonlyMap<number, VersionedJob>;
  /** In the order in which they were asked for. */
  readonly left: readonly number[];
}

export interface JobListQuery extends Omit<JobPageQuery, "graphPublicId"> {
  readonly graph: GraphHead | null;
}

export interface WorkerListQuery {
  readonly namespace: string;
  /** Empty: every state. */
  readonly states: readonly WorkerState[];
  /** 1..1000 */
  readonly pageSize: number;
  readonly pageToken: string | null;
}

export interface WorkerPage {
  readonly workers: readonly WorkerView[];
  readonly nextPageToken: string | null;
}

/** A queue with its open jobs, counted in Postgres. `ready` is by stored priority: ageing does not show. */
export interface QueueCounts {
  readonly key: QueueKey;
  readonly paused: boolean;
  readonly limits: QueueLimits | null;
  readonly ready: ReadyDepth;
  readonly scheduled: number;
  readonly blocked: number;
  readonly running: number;
  /** Live sessions that subscribe to it. */
  readonly workers: number;
  readonly oldestReadyAt: Date | null;
}

/** A job with what is above it, from one snapshot. */
export type ExplainedLineage = Pick<ExplainFacts, "now" | "job" | "above" | "isCut">;

export interface DispatchQuery {
  readonly namespace: string;
  readonly queue: string;
  readonly type: string;
  /** A ready job whose place in the queue is wanted; null for none. */
  readonly jobId: number | null;
  /** Waiting after which a low job is served as medium, and a medium one as high. */
  readonly ageingLowMs: number;
  readonly ageingMediumMs: number;
}

export interface StoreViews {
  /** With its executions and, when it is ready, what limits hold it back. Null also when the creation time or the namespace is another. */
  getJob(namespace: string, id: DecodedId): Promise<JobView | null>;
  /** The job and what keeps it from running above it. Null as for `getJob`. */
  explainJob(namespace: string, id: DecodedId): Promise<ExplainedLineage | null>;
  /** How a type is served in a queue. Reads up to 50,000 open jobs of the queue: for people, not for loops. */
  dispatchFacts(query: DispatchQuery): Promise<DispatchFacts>;
  /** Null: none of the newest 5,000 executions was of this type. */
  serviceTimes(type: string): Promise<ServiceTimes | null>;
  /**
   * The first of them, as many as may well be in memory together, without executions, and the ids that are left to ask
   * for. Those that do not exist are in neither.
   */
  someJobs(ids: readonly number[]): Promise<SomeJobs>;
  /** The versions alone: a cheap way to learn which of many jobs to read again. */
  jobVersions(ids: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /**
   * A page may hold fewer jobs than asked for, even none, and still have a next one: pages are bounded in bytes
   * and in time. @throws MusterError INVALID_REQUEST for a page token that is not of this list
   */
  listJobs(query: JobListQuery): Promise<JobPage>;
  findGraph(namespace: string, id: DecodedId): Promise<GraphHead | null>;
  /** All of the graph's jobs, ascending. */
  graphJobIds(graph: GraphHead): Promise<readonly number[]>;
  /** One entry for each graph given. */
  graphProgress(graphs: readonly GraphHead[]): Promise<ReadonlyMap<number, GraphProgress>>;
  /** Its live session, else its last one. */
  getWorker(namespace: string, workerId: string): Promise<WorkerView | null>;
  /** @throws MusterError INVALID_REQUEST for a page token that is not of this list */
  listWorkers(query: WorkerListQuery): Promise<WorkerPage>;
  /** Newest job first. @throws MusterError INVALID_REQUEST for a page token that is not of this list */
  listDeadLetters(query: DeadLetterQuery, page: LetterPageQuery): Promise<DeadLetterPage>;
  /** The largest groups first, up to `limit`. Reads every dead letter that matches. */
  groupDeadLetters(query: DeadLetterQuery, limit: number): Promise<readonly DeadLetterGroup[]>;
  /** Up to 100, the newest first; `id` null: any. */
  redrives(
    namespace: string,
    which: { readonly id: number | null; readonly isOpen: boolean },
  ): Promise<readonly RedriveView[]>;
  /** Every queue of the namespace, by name. Reads all its open jobs: for people, not for loops. */
  queueCounts(namespace: string): Promise<readonly QueueCounts[]>;
  /** What limits hold a ready job back now; empty for any other. */
  limitsHolding(jobId: number): Promise<readonly LimitHold[]>;
  /** Whether it was the other way before; null when there is no such queue. The one write of this port. */
  setQueuePaused(key: QueueKey, paused: boolean): Promise<boolean | null>;
}

export function graphView(head: GraphHead, publicId: string, progress: GraphProgress): GraphView {
  return {
    publicId,
    namespace: head.namespace,
    name: head.name,
    jobCount: head.jobCount,
    counts: progress.counts,
    createdAt: new Date(head.createdMs),
    firstStartedAt: progress.firstStartedAt,
    finishedAt: progress.finishedAt,
    timeoutMs: head.timeoutMs,
  };
}
