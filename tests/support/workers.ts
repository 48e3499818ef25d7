/**
 * Workers for tests: the SDK's worker in this process, its stream on the main loop, online before it is handed out.
 * A suite that leaves one running fails. For workers that are to be killed, see `startStockWorker`.
 */
import { once } from "node:events";
import { type Handler, Worker, type WorkerOptions } from "../../worker-sdk/typescript/index.js";
import { startCli } from "./cli.js";
import { eventually } from "./eventually.js";
import { track } from "./leftovers.js";
import type { SpawnedNode } from "./spawn-node.js";

export interface TestWorker {
  readonly worker: Worker;
  /** Gives back what it holds and leaves. */
  stop(): Promise<void>;
  /** What `run` ended with; undefined when it left in peace. */
  readonly ended: Promise<Error | undefined>;
}

const ONLINE_MS = 15_000;

export async function startWorker(
  address: string,
  handlers: Readonly<Record<string, Handler>>,
  options: Partial<WorkerOptions> = {},
): Promise<TestWorker> {
  const worker = new Worker({
    address,
    handlers,
    transport: "inline",
    reconnect: { baseMs: 20, capMs: 200 },
    ...options,
  });
  const untrack = track(`worker ${worker.id}`, () => stop());
  const online = once(worker, "registered", { signal: AbortSignal.timeout(ONLINE_MS) });
  const ended = worker.run().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  async function stop(): Promise<void> {
    untrack();
    await worker.stop();
    await ended;
  }
  await Promise.race([
    online,
    ended.then((error) => {
      throw error ?? new Error("the worker left before it was online");
    }),
  ]);
  return { worker, stop, ended };
}

/** A `muster worker` process that is online. It ends with SIGTERM when the caller says so. */
export async function startStockWorker(
  address: string,
  id: string,
  ...args: readonly string[]
): Promise<SpawnedNode> {
  const process = await startCli(["worker", "--address", address, "--id", id, ...args], null);
  await eventually(() => process.stderr.some((line) => line.startsWith(`${id}: connected`)), ONLINE_MS);
  return process;
}
