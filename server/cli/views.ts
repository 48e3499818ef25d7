/**
 * How jobs, graphs, workers and queues are shown: as rows of a table, as fields of one thing, and as JSON. Pure;
 * times that are shown as ages take the present as an argument.
 */
import type {
  GraphView,
  JobView,
  LimitHoldView,
  Payload,
  QueueLimits,
  QueueView,
  WorkerView,
} from "../../worker-sdk/typescript/index.js";

const TEXT_TYPES = /^(text\/|application\/(json|[a-z0-9.+-]*\+json|xml)\b)/;
const SHOWN_BODY_LENGTH = 200;
const MIB = 1_048_576;

export const JOB_HEAD = ["ID", "STATE", "TYPE", "QUEUE", "KEY", "PRIORITY", "ATTEMPT", "AGE", "WORKER"];

export function jobRow(job: JobView, nowMs: number): string[] {
  return [
    job.id,
    job.cancelRequested && job.state === "running" ? "running (cancelling)" : job.state,
    job.type,
    job.queue,
    job.key,
    job.effectivePriority === job.priority
      ? String(job.priority)
      : `${job.priority} -> ${job.effectivePriority}`,
    `${job.attempt}/${job.maxAttempts}`,
    ageText(job.createdAt, nowMs),
    job.workerId,
  ];
}

export function jobFields(job: JobView): (readonly [string, string])[] {
  const priorityFrom = job.prioritySourceJobId === "" ? "" : ` by ${job.prioritySourceJobId}`;
  return [
    ["job", job.id],
    ["state", job.stateReason === "" ? job.state : `${job.state} (${job.stateReason})`],
    ["type", job.type],
    ["queue", job.queue],
    ["key", job.key],
    [
      "concurrency key",
      job.concurrencyLimit === 0
        ? job.concurrencyKey
        : `${job.concurrencyKey} (${job.concurrencyLimit} at once)`,
    ],
    ["held by", job.heldBy.map(holdText).join("; ")],
    ["graph", job.graphId],
    ["priority", String(job.priority)],
    ["effective priority", `${job.effectivePriority} (${job.priorityReason}${priorityFrom})`],
    [
      "attempt",
      `${job.attempt} of ${job.maxAttempts}, generation ${job.generation}, lease epoch ${job.leaseEpoch}`,
    ],
    ["losses", job.losses === 0 ? "" : String(job.losses)],
    ["took down", job.lostWorkers.join(", ")],
    ["waits for", job.pendingParents === 0 ? "" : `${job.pendingParents} of ${job.dependsOn.length} parents`],
    ["depends on", job.dependsOn.slice(0, 10).join(", ") + (job.dependsOn.length > 10 ? ", ..." : "")],
    ["worker", job.workerId],
    ["timeouts", timeoutsText(job)],
    [
      "stops by",
      job.stopReason === ""
        ? ""
        : `${timeText(job.stopBy)} (${job.stopReason}: its worker was asked to stop)`,
    ],
    [
      "progress",
      job.progress === 0 && job.progressNote === ""
        ? ""
        : `${Math.floor(job.progress * 100)} % ${job.progressNote}`,
    ],
    ["created", timeText(job.createdAt)],
    ["ready", timeText(job.readyAt)],
    ["runs at", job.state === "scheduled" ? timeText(job.runAt) : ""],
    ["started", timeText(job.startedAt)],
    ["finished", timeText(job.finishedAt)],
    ["labels", mapText(job.labels)],
    ["payload", bodyText(job.payload)],
    ["output", bodyText(job.output)],
    ["checkpoint", checkpointText(job)],
    ["error", job.error === undefined ? "" : `${job.error.errorType}: ${job.error.message}`],
    ["fingerprint", job.fingerprint],
    ["discarded", timeText(job.discardedAt)],
  ];
}

function checkpointText({ checkpoint, checkpointAt }: JobView): string {
  return checkpoint === undefined ? "" : `${bodyText(checkpoint)} (${timeText(checkpointAt)})`;
}

function timeoutsText(job: JobView): string {
  const { startTimeoutMs: start, executionTimeoutMs: execution, progressTimeoutMs: progress } = job;
  const parts: string[] = [];
  if (start !== undefined) parts.push(`start ${start} ms`);
  if (execution !== undefined) parts.push(`execution ${execution} ms`);
  if (progress !== undefined) parts.push(`progress ${progress} ms`);
  return parts.join(", ");
}

export const EXECUTION_HEAD = ["ATTEMPT", "LEASE", "WORKER", "OUTCOME", "ASSIGNED", "TOOK", "ERROR"];

export function executionRow(execution: JobView["executions"][number]): string[] {
  const { assignedAt, endedAt } = execution;
  const took =
    assignedAt === undefined || endedAt === undefined ? "" : `${endedAt.getTime() - assignedAt.getTime()} ms`;
  return [
    String(execution.attempt),
    String(execution.leaseEpoch),
    execution.workerId,
    execution.outcome === "" ? "running" : execution.outcome,
    timeText(assignedAt),
    took,
    execution.error === undefined ? "" : `${execution.error.errorType}: ${execution.error.message}`,
  ];
}

export function graphFields(graph: GraphView): (readonly [string, string])[] {
  const states = Object.entries(graph.counts).filter(([, count]) => count > 0);
  return [
    ["graph", graph.id],
    ["name", graph.name],
    ["jobs", String(graph.jobCount)],
    ["states", states.map(([state, count]) => `${count} ${state}`).join(", ")],
    ["timeout", graph.timeoutMs === undefined ? "" : `${graph.timeoutMs} ms`],
    ["created", timeText(graph.createdAt)],
    ["first started", timeText(graph.firstStartedAt)],
    ["finished", timeText(graph.finishedAt)],
  ];
}

export const WORKER_HEAD = [
  "ID",
  "STATE",
  "QUEUES",
  "IN FLIGHT",
  "SLOTS",
  "CPU",
  "MEMORY",
  "LAG",
  "BEAT",
  "SDK",
  "SERVER",
];

export function workerRow(worker: WorkerView, nowMs: number): string[] {
  return [
    worker.id,
    worker.state,
    worker.subscriptions.map((each) => each.queue).join(","),
    String(worker.inFlight),
    String(worker.maxInFlight),
    `${Math.round(worker.cpuFraction * 100)} %`,
    `${Math.round(worker.rssBytes / MIB)} MiB`,
    `${Math.round(worker.loopLagMs)} ms`,
    ageText(worker.lastHeartbeatAt, nowMs),
    worker.sdk,
    worker.serverId,
  ];
}

export const QUEUE_HEAD = [
  "QUEUE",
  "STATE",
  "HIGH",
  "MEDIUM",
  "LOW",
  "RUNNING",
  "SCHEDULED",
  "BLOCKED",
  "WORKERS",
  "OLDEST",
  "LIMITS",
];

export function queueRow(queue: QueueView, nowMs: number): string[] {
  return [
    queue.name,
    queue.paused ? "paused" : "open",
    String(queue.ready.high),
    String(queue.ready.medium),
    String(queue.ready.low),
    String(queue.running),
    String(queue.scheduled),
    String(queue.blocked),
    String(queue.workers),
    ageText(queue.oldestReadyAt, nowMs),
    queue.limits === undefined ? "" : limitsText(queue.limits),
  ];
}

export function limitsText({ concurrency, keyConcurrency, rate }: QueueLimits): string {
  return [
    concurrency === undefined ? [] : `${concurrency} at once`,
    keyConcurrency === undefined ? [] : `${keyConcurrency} at once by key`,
    rate === undefined ? [] : `${rate.starts} per ${rate.periodMs} ms, burst ${rate.burst ?? rate.starts}`,
  ]
    .flat()
    .join(", ");
}

/** What holds a ready job back. */
function holdText(hold: LimitHoldView): string {
  const { kind, bound, running, ahead, nextStartAt } = hold;
  if (kind === "rate") return `rate: next start ${timeText(nextStartAt)}`;
  const places = `${kind}: ${running} of ${bound} places taken`;
  return ahead === 0 ? places : `${places}, ${ahead} before it`;
}

/** A job for programs: bodies as JSON or text where they are, else base64. */
export function jobJson(job: JobView): object {
  const { checkpoint } = job;
  return {
    ...job,
    payload: bodyJson(job.payload),
    output: bodyJson(job.output),
    checkpoint: checkpoint === undefined ? null : bodyJson(checkpoint),
  };
}

function bodyJson(body: Payload): object | null {
  if (body.uri !== undefined) return { contentType: body.contentType, uri: body.uri };
  if (body.bytes.length === 0) return null;
  const json = body.contentType.startsWith("application/json") ? parsed(body.text()) : undefined;
  if (json !== undefined) return { contentType: body.contentType, json };
  if (TEXT_TYPES.test(body.contentType)) return { contentType: body.contentType, text: body.text() };
  return { contentType: body.contentType, base64: body.bytes.toString("base64") };
}

function bodyText(body: Payload): string {
  if (body.uri !== undefined) return body.uri;
  if (body.bytes.length === 0) return "";
  if (!TEXT_TYPES.test(body.contentType)) return `${body.bytes.length} bytes of ${body.contentType}`;
  const text = body.text();
  return text.length > SHOWN_BODY_LENGTH
    ? `${text.slice(0, SHOWN_BODY_LENGTH)}... (${text.length} characters)`
    : text;
}

/** Undefined for what says that it is JSON and is not. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function mapText(map: Readonly<Record<string, string>>): string {
  return Object.entries(map)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}

function timeText(time: Date | undefined): string {
  return time === undefined ? "" : time.toISOString();
}

/** How long ago, in one unit: 5s, 3m, 2h, 4d. Empty when it never was. */
export function ageText(time: Date | undefined, nowMs: number): string {
  if (time === undefined) return "";
  const seconds = Math.max(0, Math.floor((nowMs - time.getTime()) / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
