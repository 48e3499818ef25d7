/**
 * A scripted server and the workers of one test: makes them, and ends them all whatever the test did.
 */
import { EventEmitter } from "node:events";
import { Worker } from "../../../worker-sdk/typescript/index.js";
import type { WorkerOptions } from "../../../worker-sdk/typescript/index.js";
import { ScriptedServer, type ScriptedStream } from "./scripted-server.js";

export class WorkerRoom {
  readonly server = new ScriptedServer();
  readonly #ended: Promise<unknown>[] = [];

  async open(): Promise<this> {
    await this.server.open();
    return this;
  }

  /** A running worker; `run` is watched, so that its rejection is seen by whoever asks for it. */
  start(options: Partial<WorkerOptions> = {}): { readonly worker: Worker; readonly ended: Promise<void> } {
    const worker = new Worker({
      address: this.server.address,
      handlers: { echo: (job) => job.payload },
      reconnect: { baseMs: 1, capMs: 5 },
      ...options,
    });
    const ended = worker.run();
    this.#ended.push(ended.catch(() => undefined));
    return { worker, ended };
  }

  /** The same, already welcomed. */
  async active(
    options: Partial<WorkerOptions> = {},
  ): Promise<{ readonly worker: Worker; readonly ended: Promise<void>; readonly stream: ScriptedStream }> {
    const started = this.start(options);
    const stream = await this.server.next();
    await stream.welcome();
    return { ...started, stream };
  }

  async close(): Promise<void> {
    this.server.dismiss();
    await Promise.all(this.#ended);
    await this.server.close();
  }
}

/** The next time a worker says this. */
export async function heard<T>(worker: Worker, event: string): Promise<T> {
  const [value] = await EventEmitter.once(worker as EventEmitter, event);
  return value as T;
}
