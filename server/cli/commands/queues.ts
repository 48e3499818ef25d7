/** `muster queues`: what waits where, by level, how long the oldest has waited, and under which limits. */
import type { Command } from "commander";
import { withClient } from "../connect.js";
import { type ClientOptions, clientOptions, number } from "../options.js";
import { printJson, printLine, tableText } from "../output.js";
import { QUEUE_HEAD, queueRow } from "../views.js";
import { addQueueLimit } from "./queue-limit.js";
import { watchText } from "../watch-text.js";

interface ListOptions extends ClientOptions {
  readonly watch?: boolean;
  readonly interval: number;
}

export function addQueues(program: Command): void {
  const command = program.command("queues");
  addQueueLimit(command);
  clientOptions(command.description("list queues with what waits in them, by level"))
    .option("--watch", "show them again as they change, until interrupted")
    .option("--interval <seconds>", "how often --watch looks", number(0.1, 3600), 1)
    .action(async (options: ListOptions) => {
      await withClient(options, async (client) => {
        const look = async () => {
          const queues = await client.queues();
          const nowMs = Date.now();
          const rows = queues.map((queue) => queueRow(queue, nowMs));
          return {
            json: queues,
            text: () => (rows.length === 0 ? "no queues" : tableText(QUEUE_HEAD, rows)),
          };
        };
        const json = options.json === true;
        if (options.watch === true) return watchText(look, { json, intervalMs: options.interval * 1000 });
        const shown = await look();
        if (json) printJson(shown.json);
        else printLine(shown.text());
      });
    });
}
