/**
 * The bench worker, a process of its own: SDK workers whose handlers do nothing but take the time. Moments go into
 * arrays here and travel to the bench after the measurement, not during it. Ends when its channel closes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Worker, type JobContext, type Settled } from "../../worker-sdk/typescript/index.js";
import { monoUs } from "./clock.js";
import type { BenchPayload, FromWorker, ToWorker, WorkerSettings } from "./worker-messages.js";

/** Counts are told this often: they only say when to collect, the moments are taken here. Rare enough not to be felt. */
const COUNTS_MS = 20;
const COUNTED: ReadonlySet<Settled["verdict"]> = new Set(["committed", "duplicate", "already_committed"]);

const settings = JSON.parse(process.argv[2] ?? "{}") as WorkerSettings;
const seqById = new Map<string, number>();
let receivedUs = new Float64Array(0);
let returnedUs = new Float64Array(0);
let settledUs = new Float64Array(0);
let received = 0;
let settled = 0;
let refused = 0;
let timer: NodeJS.Timeout | undefined;

function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

/** One shot, so that an idle worker has no timer that wakes it up. */
function tellCountsSoon(): void {
  timer ??= setTimeout(() => {
    timer = undefined;
    tell({ kind: "counts", received, settled, refused });
  }, COUNTS_MS);
}

function handle(job: JobContext): unknown {
  const now = monoUs();
  const { seq, sleepMs = 0, outputBytes = 0 } = job.json<BenchPayload>();
  seqById.set(job.id, seq);
  receivedUs[seq] = now;
  received++;
  tellCountsSoon();
  const output = outputBytes > 0 ? Buffer.alloc(outputBytes, 120) : undefined;
  if (sleepMs > 0) {
    return sleep(sleepMs).then(() => {
      returnedUs[seq] = monoUs();
      return output;
    });
  }
  returnedUs[seq] = now;
  return output;
}

function onSettled({ jobId, verdict }: Settled): void {
  const seq = seqById.get(jobId);
  if (seq === undefined) return;
  seqById.delete(jobId);
  if (COUNTED.has(verdict)) {
    settledUs[seq] = monoUs();
    settled++;
  } else {
    refused++;
  }
  tellCountsSoon();
}

const workers = Array.from({ length: settings.streams }, (_, position) => {
  const worker = new Worker({
    address: settings.address,
    queue: settings.queue,
    handlers: { "*": handle },
    concurrency: settings.slots,
    ...(settings.window !== undefined && { window: settings.window }),
    workerId: settings.streams === 1 ? settings.name : `${settings.name}-${position}`,
    transport: settings.transport,
    reconnect: { baseMs: 100, capMs: 1_000 },
  });
  worker.on("settled", onSettled);
  return worker;
});

function begin(capacity: number): void {
  [receivedUs, returnedUs, settledUs] = [0, 0, 0].map(() => new Float64Array(capacity)) as [
    Float64Array<ArrayBuffer>,
    Float64Array<ArrayBuffer>,
    Float64Array<ArrayBuffer>,
  ];
  received = settled = refused = 0;
  tell({ kind: "begun" });
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

function connect(): void {
  let missing = workers.length;
  for (const worker of workers) {
    worker.once("registered", () => --missing === 0 && tell({ kind: "registered" }));
    worker.run().catch(fail);
  }
}

async function leave(): Promise<void> {
  await Promise.all(workers.map((worker) => worker.stop()));
  process.disconnect();
}

process.on("message", (message: ToWorker) => {
  if (message.kind === "connect") connect();
  else if (message.kind === "begin") begin(message.capacity);
  else if (message.kind === "collect")
    tell({ kind: "collected", receivedUs, returnedUs, settledUs, received, refused });
  else leave().catch(fail);
});
process.on("disconnect", () => process.exit(0));
await Promise.all(workers.map((worker) => worker.prepare()));
tell({ kind: "ready" });
