/** `muster graph ID`: the counts of one graph; `--watch` follows it to its end. */
import type { Command } from "commander";
import { withClient } from "../connect.js";
import { CliError, EXIT } from "../exit-codes.js";
import { onInterrupt } from "../interrupt.js";
import { type ClientOptions, clientOptions } from "../options.js";
import { fieldsText, printJson, printJsonLine, printLine } from "../output.js";
import { followGraph } from "../run/follow-graph.js";
import { graphFields } from "../views.js";

interface Options extends ClientOptions {
  readonly watch?: boolean;
}

export function addGraph(program: Command): void {
  clientOptions(program.command("graph <id>").description("show one graph: its jobs by state"))
    .option("--watch", "follow it to its end; exit code 1 unless every job succeeds")
    .action(async (id: string, options: Options) => {
      await withClient(options, async (client) => {
        if (options.watch !== true) {
          const graph = await client.getGraph(id);
          if (options.json === true) printJson(graph);
          else printLine(fieldsText(graphFields(graph)));
          return;
        }
        using interrupt = onInterrupt();
        const graph = await followGraph(client, id, {
          signal: interrupt.signal,
          ...(options.json === true && { onChange: printJsonLine }),
        });
        if (options.json !== true) printLine(fieldsText(graphFields(graph)));
        if (graph.counts.succeeded === graph.jobCount) return;
        const failed = graph.jobCount - graph.counts.succeeded;
        throw new CliError(
          EXIT.workFailed,
          `graph ${id}: expected every job to succeed, got ${failed} that did not`,
        );
      });
    });
}
