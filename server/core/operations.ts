/**
 * What clients and operators may ask of a server, as the rpc layer calls it: wire shapes are decoded before,
 * errors are thrown as MusterError. The coordinator implements this; nothing here knows of gRPC or SQL.
 */
import type { CancelledPage, CancelPageQuery } from "./cancelling.js";
import type { Finding, Severity } from "./findings.js";
import type { Explanation } from "./explanation.js";
import type { QueueLimits } from "./limits.js";
import type { JobFilter } from "./job-filter.js";
import type { BackoffPolicy, GraphView, JobState, JobView, OnParentFailure, Payload } from "./job.js";

export type BackoffInput = {
  readonly [K in Exclude<keyof BackoffPolicy, "rules">]?: BackoffPolicy[K] | undefined;
};

/** What a failure of this type does instead. */
export interface ErrorRuleInput {
  readonly errorType: string;
  readonly nonRetryable?: boolean | undefined;
  readonly maxAttempts?: number | undefined;
  readonly backoff?: BackoffInput | undefined;
}

/** A job as it came from a client: decoded, not yet validated. Absent means "use the default". */
export interface JobInput {
  readonly key?: string | undefined;
  readonly type: string;
  readonly queue?: string | undefined;
  readonly payload?: Payload | undefined;
  readonly priority?: number | undefined;
  readonly inheritPriority?: boolean | undefined;
  readonly maxAttempts?: number | undefined;
  readonly backoff?: BackoffInput | undefined;
  readonly errorRules?: readonly ErrorRuleInput[] | undefined;
  readonly executionTimeoutMs?: number | undefined;
  readonly startTimeoutMs?: number | undefined;
  readonly progressTimeoutMs?: number | undefined;
  readonly runAtMs?: number | undefined;
  /** For the order `critical_path`. */
  readonly expectedDurationMs?: number | undefined;
  /** Keys of the same submission, or public job ids. */
  readonly dependsOn?: readonly string[] | undefined;
  readonly onParentFailure?: OnParentFailure | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly concurrencyKey?: string | undefined;
  /** Only with a key. */
  readonly concurrencyLimit?: number | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Which of a graph's ready jobs starts first where their priorities are alike. */
export const GRAPH_ORDERS = ["ready", "critical_path"] as const;
export type GraphOrder = (typeof GRAPH_ORDERS)[number];

export interface GraphInput {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly idempotencyKey: string | null;
  /** From its submission until every job has ended; null: none. */
  readonly timeoutMs: number | null;
  readonly order: GraphOrder;
}

export interface SubmitInput {
  readonly namespace: string;
  readonly jobs: readonly JobInput[];
  /** Null for a plain batch. */
  readonly graph: GraphInput | null;
}

export interface SubmittedJob {
  readonly publicId: string;
  readonly key: string | null;
  readonly existed: boolean;
}

export interface Submitted {
  readonly graphPublicId: string | null;
  /** In the order of the input. */
  readonly jobs: readonly SubmittedJob[];
  readonly existed: boolean;
}

export interface JobPageQuery extends JobFilter {
  /** 1..1000 */
  readonly pageSize: number;
  readonly pageToken: string | null;
  readonly oldestFirst: boolean;
  readonly omitBodies: boolean;
}

export interface JobPage {
  readonly jobs: readonly JobView[];
  readonly nextPageToken: string | null;
}

export interface CancelOutcome {
  readonly state: JobState;
  /** False: the job had ended before, and how it ended stands. */
  readonly won: boolean;
}

export interface JobOperations {
  submit(input: SubmitInput): Promise<Submitted>;
  getJob(namespace: string, publicId: string): Promise<JobView>;
  /** Why it is not running, as it stands now. Changes nothing. */
  explainJob(namespace: string, publicId: string): Promise<Explanation>;
  listJobs(query: JobPageQuery): Promise<JobPage>;
  getGraph(namespace: string, publicId: string): Promise<GraphView>;
  cancelJob(namespace: string, publicId: string, reason: string, graceMs: number): Promise<CancelOutcome>;
  cancelGraph(
    namespace: string,
    publicId: string,
    reason: string,
    graceMs: number,
  ): Promise<{ readonly cancelled: number; readonly requested: number; readonly alreadyTerminal: number }>;
  /** One page of what matches and has not ended, newest job first. */
  cancelMatching(filter: JobFilter, page: CancelPageQuery): Promise<CancelledPage>;
  retryJob(
    namespace: string,
    publicId: string,
  ): Promise<{ readonly state: JobState; readonly generation: number }>;
  /** The job now and at every change; ends after a terminal state or when `signal` aborts. */
  watchJob(namespace: string, publicId: string, signal: AbortSignal): AsyncIterable<JobView>;
  watchGraph(namespace: string, publicId: string, signal: AbortSignal): AsyncIterable<GraphView>;
}

export const WORKER_STATES = ["online", "suspect", "draining", "lost", "offline"] as const;
export type WorkerState = (typeof WORKER_STATES)[number];

export interface Subscription {
  readonly queue: string;
  /** Empty: every type. */
  readonly jobTypes: readonly string[];
  /** 0: bounded by the window alone. */
  readonly maxInFlight: number;
}

export interface WorkerLoad {
  readonly cpuFraction: number;
  readonly rssBytes: number;
  readonly loopLagMs: number;
}

export interface WorkerView {
  readonly namespace: string;
  readonly workerId: string;
  readonly workerName: string;
  readonly state: WorkerState;
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly serverId: string;
  readonly instanceId: string;
  readonly subscriptions: readonly Subscription[];
  readonly maxInFlight: number;
  readonly inFlight: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly sdk: string;
  readonly buildId: string;
  readonly registeredAt: Date;
  readonly lastHeartbeatAt: Date | null;
  readonly leaseExpiresAt: Date | null;
  readonly load: WorkerLoad;
  readonly endReason: string | null;
}

export interface QueueView {
  readonly namespace: string;
  readonly name: string;
  readonly paused: boolean;
  readonly readyHigh: number;
  readonly readyMedium: number;
  readonly readyLow: number;
  readonly scheduled: number;
  readonly blocked: number;
  readonly running: number;
  readonly workers: number;
  readonly oldestReadyAt: Date | null;
  /** Null: none. */
  readonly limits: QueueLimits | null;
}

/** What the doctor found, every check answered. */
export interface Diagnosis {
  /** Who looked. */
  readonly serverId: string;
  readonly at: Date;
  readonly tookMs: number;
  readonly worst: Severity;
  readonly findings: readonly Finding[];
}

export interface AdminOperations {
  /** Looks at everything and changes nothing. Takes up to 25 s on a large database. */
  diagnose(): Promise<Diagnosis>;
  listWorkers(filter: {
    readonly namespace: string;
    readonly states: readonly WorkerState[];
    readonly pageSize: number;
    readonly pageToken: string | null;
  }): Promise<{ readonly workers: readonly WorkerView[]; readonly nextPageToken: string | null }>;
  getWorker(namespace: string, workerId: string): Promise<WorkerView>;
  drainWorker(
    namespace: string,
    workerId: string,
    timeoutMs: number,
  ): Promise<{ readonly state: WorkerState; readonly inFlight: number }>;
  listQueues(namespace: string): Promise<readonly QueueView[]>;
  pauseQueue(namespace: string, queue: string): Promise<{ readonly changed: boolean }>;
  resumeQueue(namespace: string, queue: string): Promise<{ readonly changed: boolean }>;
  /** Replaces all limits of the queue; null clears them. */
  setQueueLimits(namespace: string, queue: string, limits: QueueLimits | null): Promise<void>;
}
