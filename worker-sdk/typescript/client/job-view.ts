/**
 * Jobs and graphs as the client hands them out: dates, buffers, lower-case words. Pure reading of the
 * contract's messages; an enum value this version does not know reads as "unknown".
 */
import type { Execution__Output } from "../../../proto/gen/muster/jobs/v1/Execution.js";
import type { Graph__Output } from "../../../proto/gen/muster/jobs/v1/Graph.js";
import type { Job__Output } from "../../../proto/gen/muster/jobs/v1/Job.js";
import type { JobError__Output } from "../../../proto/gen/muster/jobs/v1/JobError.js";
import type { LimitHold__Output } from "../../../proto/gen/muster/jobs/v1/LimitHold.js";
import type { SubmittedJob__Output } from "../../../proto/gen/muster/jobs/v1/SubmittedJob.js";
import { fromWire, type Payload } from "../payload.js";
import { fromDuration, fromTimestamp } from "../times.js";

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

export interface JobErrorView {
  readonly errorType: string;
  readonly message: string;
  readonly stackTrace: string;
}

export interface ExecutionView {
  readonly attempt: number;
  readonly leaseEpoch: number;
  readonly workerId: string;
  readonly sessionId: string;
  readonly assignedAt: Date | undefined;
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
  /**
   * succeeded failed timed_out lost cancelled released no_progress not_started cancel_ignored; empty while it runs.
   */
  readonly outcome: string;
  readonly error: JobErrorView | undefined;
}

export interface JobView {
  readonly id: string;
  readonly namespace: string;
  readonly queue: string;
  readonly type: string;
  readonly key: string;
  readonly graphId: string;
  readonly state: JobState | "unknown";
  /** Why it is in this state: exhausted, non_retryable, parent_failed, cancelled, ... */
  readonly stateReason: string;
  readonly priority: number;
  readonly effectivePriority: number;
  /** own, inherited or raised; the last two come from `prioritySourceJobId`. */
  readonly priorityReason: string;
  readonly prioritySourceJobId: string;
  readonly inheritPriority: boolean;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly generation: number;
  readonly leaseEpoch: number;
  readonly losses: number;
  readonly pendingParents: number;
  readonly onParentFailure: "cancel" | "run" | "fail";
  readonly payload: Payload;
  readonly output: Payload;
  readonly error: JobErrorView | undefined;
  readonly executionTimeoutMs: number | undefined;
  readonly startTimeoutMs: number | undefined;
  readonly progressTimeoutMs: number | undefined;
  /** Why the running attempt was asked to stop: cancelled, execution_timeout, progress_timeout; empty: it was not. */
  readonly stopReason: string;
  /** When it is taken from its worker, unless it ends before. */
  readonly stopBy: Date | undefined;
  readonly createdAt: Date | undefined;
  readonly readyAt: Date | undefined;
  readonly runAt: Date | undefined;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
  readonly workerId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly dependsOn: readonly string[];
  readonly idempotencyKey: string;
  readonly cancelRequested: boolean;
  /** Only from `get`. */
  readonly executions: readonly ExecutionView[];
  /** 0..1, the last one reported. */
  readonly progress: number;
  readonly progressNote: string;
  /** What a dead letter's error has in common with others; empty for any other job. */
  readonly fingerprint: string;
  /** When a dead letter was taken off the list. */
  readonly discardedAt: Date | undefined;
  /** Workers lost with it in this generation, in that order. Only from `get`. */
  readonly lostWorkers: readonly string[];
  /** The last one that an attempt stored, for the next one. Only from `get`. */
  readonly checkpoint: Payload | undefined;
  readonly checkpointAt: Date | undefined;
  readonly concurrencyKey: string;
  /** 0: the queue's key limit, or 1. */
  readonly concurrencyLimit: number;
  /** The limits that hold it back now; only from `get`, only while it is ready. */
  readonly heldBy: readonly LimitHoldView[];
}

export interface LimitHoldView {
  /** key, queue or rate. */
  readonly kind: string;
  /** Jobs at once; for the rate, starts per period. */
  readonly bound: number;
  /** Jobs that the limit counts now. */
  readonly running: number;
  /** Ready jobs of the same key and type that come first. */
  readonly ahead: number;
  /** Of the rate: when the next job may start. */
  readonly nextStartAt: Date | undefined;
  /** Of a key: which. */
  readonly concurrencyKey: string;
  /** Of the rate. */
  readonly periodMs: number | undefined;
}

export interface GraphView {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly jobCount: number;
  readonly counts: Readonly<Record<JobState, number>>;
  readonly createdAt: Date | undefined;
  readonly firstStartedAt: Date | undefined;
  /** When all jobs are terminal. */
  readonly finishedAt: Date | undefined;
  /** From its submission until every job has ended; undefined: none. */
  readonly timeoutMs: number | undefined;
}

export interface SubmittedJob {
  readonly id: string;
  readonly key: string;
  /** The idempotency key had been used for the same job before. */
  readonly existed: boolean;
}

export function isTerminal(state: JobView["state"]): boolean {
  return state === "succeeded" || state === "dead" || state === "cancelled";
}

/** `READY` -> `JOB_STATE_READY`. */
export function toWireState(state: JobState): `JOB_STATE_${Uppercase<JobState>}` {
  return `JOB_STATE_${state.toUpperCase() as Uppercase<JobState>}`;
}

export function fromWireState(wire: string | number | undefined): JobView["state"] {
  const word = String(wire ?? "")
    .replace("JOB_STATE_", "")
    .toLowerCase();
  return JOB_STATES.find((state) => state === word) ?? "unknown";
}

export function toJobView(job: Job__Output): JobView {
  return {
    id: job.jobId ?? "",
    namespace: job.namespace ?? "",
    queue: job.queue ?? "",
    type: job.type ?? "",
    key: job.key ?? "",
    graphId: job.graphId ?? "",
    state: fromWireState(job.state),
    stateReason: job.stateReason ?? "",
    priority: job.priority ?? 0,
    effectivePriority: job.effectivePriority ?? 0,
    priorityReason: job.priorityReason ?? "",
    prioritySourceJobId: job.prioritySourceJobId ?? "",
    inheritPriority: job.inheritPriority ?? false,
    attempt: job.attempt ?? 0,
    maxAttempts: job.maxAttempts ?? 0,
    generation: job.generation ?? 0,
    leaseEpoch: job.leaseEpoch ?? 0,
    losses: job.losses ?? 0,
    pendingParents: job.pendingParents ?? 0,
    onParentFailure: onParentFailure(job.onParentFailure),
    payload: fromWire(job.payload),
    output: fromWire(job.output),
    error: toErrorView(job.error),
    executionTimeoutMs: timeoutOf(job.executionTimeout),
    startTimeoutMs: timeoutOf(job.startTimeout),
    progressTimeoutMs: timeoutOf(job.progressTimeout),
    stopReason: job.stopReason ?? "",
    stopBy: fromTimestamp(job.stopBy),
    createdAt: fromTimestamp(job.createdAt),
    readyAt: fromTimestamp(job.readyAt),
    runAt: fromTimestamp(job.runAt),
    startedAt: fromTimestamp(job.startedAt),
    finishedAt: fromTimestamp(job.finishedAt),
    workerId: job.workerId ?? "",
    labels: job.labels ?? {},
    headers: job.headers ?? {},
    dependsOn: job.dependsOn ?? [],
    idempotencyKey: job.idempotencyKey ?? "",
    cancelRequested: job.cancelRequested ?? false,
    executions: (job.executions ?? []).map(toExecutionView),
    progress: job.progress ?? 0,
    progressNote: job.progressNote ?? "",
    ...toConcurrency(job),
    heldBy: (job.heldBy ?? []).map(toLimitHoldView),
    ...toLastWords(job),
  };
}

/** What its attempts left behind. */
function toLastWords(
  job: Job__Output,
): Pick<JobView, "fingerprint" | "discardedAt" | "lostWorkers" | "checkpoint" | "checkpointAt"> {
  return {
    fingerprint: job.fingerprint ?? "",
    discardedAt: fromTimestamp(job.discardedAt),
    lostWorkers: job.lostWorkers ?? [],
    checkpoint: job.checkpoint && fromWire(job.checkpoint),
    checkpointAt: fromTimestamp(job.checkpointAt),
  };
}

function toConcurrency(job: Job__Output): Pick<JobView, "concurrencyKey" | "concurrencyLimit"> {
  return { concurrencyKey: job.concurrencyKey ?? "", concurrencyLimit: job.concurrencyLimit ?? 0 };
}

export function toLimitHoldView(hold: LimitHold__Output): LimitHoldView {
  return {
    kind: hold.kind ?? "",
    bound: hold.bound ?? 0,
    running: hold.running ?? 0,
    ahead: hold.ahead ?? 0,
    nextStartAt: fromTimestamp(hold.nextStartAt),
    concurrencyKey: hold.concurrencyKey ?? "",
    periodMs: hold.period === undefined ? undefined : fromDuration(hold.period),
  };
}

export function toGraphView(graph: Graph__Output): GraphView {
  const counts = graph.counts ?? {};
  return {
    id: graph.graphId ?? "",
    namespace: graph.namespace ?? "",
    name: graph.name ?? "",
    jobCount: graph.jobCount ?? 0,
    counts: {
      blocked: counts.blocked ?? 0,
      scheduled: counts.scheduled ?? 0,
      ready: counts.ready ?? 0,
      running: counts.running ?? 0,
      succeeded: counts.succeeded ?? 0,
      dead: counts.dead ?? 0,
      cancelled: counts.cancelled ?? 0,
    },
    createdAt: fromTimestamp(graph.createdAt),
    firstStartedAt: fromTimestamp(graph.firstStartedAt),
    finishedAt: fromTimestamp(graph.finishedAt),
    timeoutMs: timeoutOf(graph.timeout),
  };
}

/** Every job of it is terminal. */
export function isGraphDone(graph: GraphView): boolean {
  const { succeeded, dead, cancelled } = graph.counts;
  return succeeded + dead + cancelled >= graph.jobCount;
}

export function toSubmittedJob(job: SubmittedJob__Output): SubmittedJob {
  return { id: job.jobId ?? "", key: job.key ?? "", existed: job.existed ?? false };
}

function toExecutionView(execution: Execution__Output): ExecutionView {
  return {
    attempt: execution.attempt ?? 0,
    leaseEpoch: execution.leaseEpoch ?? 0,
    workerId: execution.workerId ?? "",
    sessionId: execution.sessionId ?? "",
    assignedAt: fromTimestamp(execution.assignedAt),
    startedAt: fromTimestamp(execution.startedAt),
    endedAt: fromTimestamp(execution.endedAt),
    outcome: execution.outcome ?? "",
    error: toErrorView(execution.error),
  };
}

function toErrorView(error: JobError__Output | undefined): JobErrorView | undefined {
  if (error === undefined) return undefined;
  return {
    errorType: error.errorType ?? "",
    message: error.message ?? "",
    stackTrace: error.stackTrace ?? "",
  };
}

function timeoutOf(wire: Job__Output["executionTimeout"]): number | undefined {
  const timeoutMs = fromDuration(wire);
  return timeoutMs === 0 ? undefined : timeoutMs;
}

function onParentFailure(wire: Job__Output["onParentFailure"]): JobView["onParentFailure"] {
  if (wire === "ON_PARENT_FAILURE_RUN") return "run";
  return wire === "ON_PARENT_FAILURE_FAIL" ? "fail" : "cancel";
}
