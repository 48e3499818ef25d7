/**
 * Workers that keep an account of what happened to them, in this process or as processes of their own. Those of this
 * process are cheap and outlive every server; those that are processes can be killed and stopped. All of them do the
 * same: sleep as long as the payload says. The account is what the checkers trust first.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type JobContext, type Registered, type Settled, Worker } from "../../worker-sdk/typescript/index.js";
import { startCli } from "./cli.js";
import { eventually } from "./eventually.js";
import { sha256, type WorkerRecord } from "./history.js";
import { track } from "./leftovers.js";
import type { SpawnedNode } from "./spawn-node.js";

export interface RecordedWorker {
  readonly id: string;
  readonly worker: Worker;
  /** Sessions it was given, in order; a resume is no new one. */
  readonly sessions: readonly string[];
  resumes: number;
  /** Server ids, in order of its connections. */
  readonly servers: readonly string[];
  /** What `run` ended with, as soon as it has. */
  readonly failure: () => Error | null;
  stop(): Promise<void>;
}

const ONLINE_MS = 30_000;

export interface WorkerLogs {
  readonly records: WorkerRecord[];
}

export interface RecordedWorkerOptions {
  readonly id: string;
  /** Replicas, the first is tried first. */
  readonly addresses: readonly string[];
  readonly concurrency?: number;
  readonly queue?: string;
  /** Of the default queue; default: every type. */
  readonly jobTypes?: readonly string[];
  readonly namespace?: string;
  /** How it waits before it reconnects: `short` for tests, or as workers do that nobody configured. */
  readonly patience?: "short" | "default";
}

export async function startRecordedWorker(
  logs: WorkerLogs,
  options: RecordedWorkerOptions,
): Promise<RecordedWorker> {
  const { id } = options;
  const sessions: string[] = [];
  const servers: string[] = [];
  let failure: Error | null = null;
  const write = (record: Omit<WorkerRecord, "atMs" | "workerId" | "pid">): void => {
    const atMs = performance.timeOrigin + performance.now();
    logs.records.push({ atMs, workerId: id, pid: process.pid, ...record });
  };
  const worker = new Worker({
    address: targetOf(options.addresses),
    workerId: id,
    handlers: { "*": (job) => runRecorded(job, write) },
    concurrency: options.concurrency ?? 4,
    window: options.concurrency ?? 4,
    transport: "inline",
    ...(options.queue !== undefined && { queue: options.queue }),
    ...(options.namespace !== undefined && { namespace: options.namespace }),
    ...(options.jobTypes !== undefined && {
      subscriptions: [{ queue: "default", jobTypes: options.jobTypes }],
    }),
    ...(options.patience !== "default" && { reconnect: { baseMs: 50, capMs: 500 } }),
  });
  const recorded: RecordedWorker = {
    id,
    worker,
    sessions,
    servers,
    resumes: 0,
    failure: () => failure,
    stop,
  };
  const joined = ({ sessionId, serverId }: Registered): void => {
    servers.push(serverId);
    write({ event: "session", sessionId });
  };
  worker.on("registered", (to) => {
    sessions.push(to.sessionId);
    joined(to);
  });
  worker.on("resumed", (to) => {
    recorded.resumes++;
    joined(to);
  });
  worker.on("assigned", ({ id: jobId, attempt, leaseEpoch, payload }) =>
    write({ event: "recv", jobId, attempt, leaseEpoch, payloadSha256: sha256(payload.bytes) }),
  );
  worker.on("settled", ({ jobId, attempt, leaseEpoch, verdict, willRetry }: Settled) =>
    write({ event: "ack", jobId, attempt, leaseEpoch, outcome: verdict, willRetry }),
  );
  const untrack = track(`worker ${id}`, stop);
  const running = worker.run().catch((error: unknown) => {
    failure = error instanceof Error ? error : new Error(String(error));
  });
  async function stop(): Promise<void> {
    untrack();
    await worker.stop();
    await running;
  }
  await eventually(() => sessions.length > 0, ONLINE_MS);
  return recorded;
}

async function runRecorded(
  job: JobContext,
  write: (record: Omit<WorkerRecord, "atMs" | "workerId" | "pid">) => void,
): Promise<void> {
  const key = { jobId: job.id, attempt: job.attempt, leaseEpoch: job.leaseEpoch };
  write({ event: "start", ...key });
  try {
    const { runtimeSeconds, failures = 0 } = job.json<{ runtimeSeconds: number; failures?: number }>();
    await sleep(runtimeSeconds * 1_000, undefined, { signal: job.signal });
    if (job.attempt <= failures) throw new Error(`the payload asks for ${failures} failures`);
    write({ event: "end", ...key, outcome: "succeeded" });
  } catch (error) {
    write({ event: "end", ...key, outcome: job.signal.aborted ? "aborted" : "failed" });
    throw error;
  }
}

/** The stock worker, a process of its own, which sleeps the same payloads. Its log is `logFile`. */
export async function startWorkerProcess(options: {
  readonly id: string;
  readonly addresses: readonly string[];
  readonly logFile: string;
  readonly concurrency?: number;
  /** Over the rest, e.g. what preloads a library into the process. */
  readonly env?: Readonly<Record<string, string>>;
}): Promise<SpawnedNode> {
  const { id, addresses, logFile, concurrency = 4, env = {} } = options;
  const args = ["worker", "--replay", "--address", targetOf(addresses), "--id", id, "--log-file", logFile];
  const started = await startCli([...args, "--concurrency", String(concurrency)], null, { env });
  await eventually(() => started.stderr.some((line) => line.startsWith(`${id}: connected`)), ONLINE_MS);
  return started;
}

export function targetOf(addresses: readonly string[]): string {
  return addresses.length === 1 ? (addresses[0] as string) : `ipv4:${addresses.join(",")}`;
}
