/** Views with every field set to something else than its default, so that a field that is lost on the wire shows. */
import { formatId } from "../../../server/core/job-id.js";
import type { ExecutionView, GraphView, JobView } from "../../../server/core/job.js";
import type { QueueView, WorkerView } from "../../../server/core/operations.js";

const CREATED_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

export const JOB_ID = formatId(41, CREATED_MS);
export const GRAPH_ID = formatId(7, CREATED_MS);
export const OTHER_ID = formatId(40, CREATED_MS);

export const FULL_EXECUTION: ExecutionView = {
  attempt: 2,
  leaseEpoch: 9,
  workerId: "worker-1",
  sessionId: 77,
  assignedAt: new Date(CREATED_MS + 1_000),
  startedAt: new Date(CREATED_MS + 1_001),
  endedAt: new Date(CREATED_MS + 2_500),
  outcome: "failed",
  error: { errorType: "Timeout", message: "too slow", stackTrace: "at work" },
};

export const FULL_JOB: JobView = {
  id: 41,
  publicId: JOB_ID,
  namespace: "ns-1",
  queue: "resize",
  type: "image.resize",
  key: "step-1",
  graphPublicId: GRAPH_ID,
  state: "running",
  stateReason: "retried",
  priority: -5,
  effectivePriority: 8,
  priorityReason: "raised",
  prioritySourcePublicId: OTHER_ID,
  inheritPriority: true,
  attempt: 3,
  maxAttempts: 4,
  generation: 2,
  leaseEpoch: 2 ** 52,
  losses: 1,
  pendingParents: 6,
  onParentFailure: "run",
  payload: { contentType: "application/json", body: Buffer.from("{}"), uri: null },
  output: { contentType: "text/plain", body: null, uri: "s3://bucket/output" },
  error: { errorType: "Broken", message: "no luck", stackTrace: "at home" },
  backoff: {
    kind: "linear",
    baseMs: 1_500,
    capMs: 60_000,
    jitter: 0.25,
    rules: [{ errorType: "Busy", nonRetryable: true, maxAttempts: 2, backoff: null }],
  },
  executionTimeoutMs: 90_061,
  startTimeoutMs: 1_000,
  progressTimeoutMs: 2_500,
  stopReason: "progress_timeout",
  stopBy: new Date(1_700_000_000_000),
  createdAt: new Date(CREATED_MS),
  readyAt: new Date(CREATED_MS + 1),
  runAt: new Date(CREATED_MS + 2),
  startedAt: new Date(CREATED_MS + 3),
  finishedAt: new Date(CREATED_MS + 4),
  workerId: "worker-1",
  labels: { team: "blue" },
  headers: { traceparent: "00-1" },
  dependsOn: [OTHER_ID],
  idempotencyKey: "once",
  concurrency: { key: "tenant-1", limit: 2 },
  heldBy: [
    {
      kind: "rate",
      bound: 10,
      running: 3,
      ahead: 2,
      nextStartAt: new Date(CREATED_MS + 5),
      key: "tenant-1",
      periodMs: 60_000,
    },
  ],
  cancelRequested: true,
  progress: 0.5,
  progressNote: "half",
  fingerprint: "0123456789abcdef",
  discardedAt: new Date(1_700_000_000_000),
  lostWorkers: ["worker-1"],
  checkpoint: {
    payload: { contentType: "text/plain", body: Buffer.from("so far"), uri: null },
    at: new Date(1_700_000_000_000),
  },
  executions: [FULL_EXECUTION],
};

export const FULL_GRAPH: GraphView = {
  publicId: GRAPH_ID,
  namespace: "ns-1",
  name: "nightly",
  jobCount: 28,
  counts: { blocked: 1, scheduled: 2, ready: 3, running: 4, succeeded: 5, dead: 6, cancelled: 7 },
  createdAt: new Date(CREATED_MS),
  firstStartedAt: new Date(CREATED_MS + 5),
  finishedAt: new Date(CREATED_MS + 6),
  timeoutMs: 60_000,
};

export const FULL_WORKER: WorkerView = {
  namespace: "ns-1",
  workerId: "worker-1",
  workerName: "the first",
  state: "draining",
  sessionId: 77,
  sessionEpoch: 5,
  serverId: "replica-1",
  instanceId: "instance-1",
  subscriptions: [{ queue: "resize", jobTypes: ["image.resize"], maxInFlight: 3 }],
  maxInFlight: 32,
  inFlight: 2,
  labels: { zone: "a" },
  sdk: "typescript 1.0.0",
  buildId: "build-1",
  registeredAt: new Date(CREATED_MS),
  lastHeartbeatAt: new Date(CREATED_MS + 1),
  leaseExpiresAt: new Date(CREATED_MS + 2),
  load: { cpuFraction: 0.75, rssBytes: 123_456_789_012, loopLagMs: 1.5 },
  endReason: "drained",
};

export const FULL_QUEUE: QueueView = {
  namespace: "ns-1",
  name: "resize",
  paused: true,
  readyHigh: 1,
  readyMedium: 2,
  readyLow: 3,
  scheduled: 4,
  blocked: 5,
  running: 6,
  workers: 7,
  oldestReadyAt: new Date(CREATED_MS),
  limits: { concurrency: 8, keyConcurrency: 2, rate: { starts: 100, periodMs: 1_500, burst: 20 } },
};
