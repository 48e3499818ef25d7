/** `muster workers`: who is connected, what they hold and how they fare. */
import type { Command } from "commander";
import type { WorkerView } from "../../../worker-sdk/typescript/index.js";
import { withClient } from "../connect.js";
import { type ClientOptions, clientOptions, number } from "../options.js";
import { printJson, printLine, tableText } from "../output.js";
import { WORKER_HEAD, workerRow } from "../views.js";
import { watchText } from "../watch-text.js";

const ALL_STATES = ["online", "suspect", "draining", "lost", "offline"] as const;

interface Options extends ClientOptions {
  readonly all?: boolean;
  readonly watch?: boolean;
  readonly interval: number;
}

export function addWorkers(program: Command): void {
  clientOptions(program.command("workers [id]").description("list the connected workers, or show one"))
    .option("--all", "also those that are lost or offline")
    .option("--watch", "show them again as they change, until interrupted")
    .option("--interval <seconds>", "how often --watch looks", number(0.1, 3600), 1)
    .action(async (id: string | undefined, options: Options) => {
      await withClient(options, async (client) => {
        const look = async () => {
          const filter = options.all === true ? { states: ALL_STATES } : {};
          const workers = id === undefined ? await client.workers(filter) : [await client.worker(id)];
          return { json: id === undefined ? workers : workers[0], text: () => workersText(workers) };
        };
        const json = options.json === true;
        if (options.watch === true) return watchText(look, { json, intervalMs: options.interval * 1000 });
        const shown = await look();
        if (json) printJson(shown.json);
        else printLine(shown.text());
      });
    });
}

function workersText(workers: readonly WorkerView[]): string {
  if (workers.length === 0) return "no workers";
  const nowMs = Date.now();
  return tableText(
    WORKER_HEAD,
    workers.map((worker) => workerRow(worker, nowMs)),
  );
}
