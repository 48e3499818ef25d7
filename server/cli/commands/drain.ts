/** `muster drain WORKER`: no more jobs for it; it finishes what it holds and leaves. */
import type { Command } from "commander";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../../../worker-sdk/typescript/index.js";
import { withClient } from "../connect.js";
import { onInterrupt } from "../interrupt.js";
import { type ClientOptions, clientOptions, number } from "../options.js";
import { printJson, printLine } from "../output.js";

const POLL_MS = 200;

interface Options extends ClientOptions {
  readonly timeout?: number;
  readonly wait?: boolean;
}

export function addDrain(program: Command): void {
  clientOptions(program.command("drain <worker>").description("let a worker finish what it holds and leave"))
    .option("--timeout <seconds>", "then its jobs are taken back (server default: 600)", number(0, 86_400))
    .option("--wait", "wait until it has left")
    .action(async (worker: string, options: Options) => {
      await withClient(options, async (client) => {
        const timeoutMs = options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 };
        let now = await client.drainWorker(worker, timeoutMs);
        if (options.wait === true) now = await untilGone(client, worker);
        if (options.json === true) printJson({ worker, ...now });
        else printLine(`${worker}: ${now.state}, ${now.inFlight} jobs in flight`);
      });
    });
}

async function untilGone(client: Client, id: string): ReturnType<Client["drainWorker"]> {
  using interrupt = onInterrupt();
  for (;;) {
    const { state, inFlight } = await client.worker(id);
    if (state === "offline" || state === "lost") return { state, inFlight };
    await sleep(POLL_MS, undefined, { signal: interrupt.signal });
  }
}
