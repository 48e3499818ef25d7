/**
 * `muster retry ID...`: opens a new generation of dead or cancelled jobs. `--graph` retries every dead or cancelled
 * job of a graph, parents first, so that their dependents wait for them again.
 */
import type { Command } from "commander";
import type { Client } from "../../../worker-sdk/typescript/index.js";
import { withClient } from "../connect.js";
import { badInput } from "../exit-codes.js";
import { type ClientOptions, clientOptions } from "../options.js";
import { printJson, printLine } from "../output.js";

interface Options extends ClientOptions {
  readonly graph?: string;
}

export function addRetry(program: Command): void {
  clientOptions(program.command("retry [ids...]").description("run dead or cancelled jobs again"))
    .option("--graph <id>", "every dead or cancelled job of this graph")
    .action(async (ids: readonly string[], options: Options) => {
      if (ids.length > 0 === (options.graph !== undefined)) {
        throw badInput("retry", "job ids or --graph", ids.length > 0 ? "both" : "neither");
      }
      await withClient(options, async (client) => {
        const chosen = options.graph === undefined ? ids : await failedJobs(client, options.graph);
        const results: object[] = [];
        for (const id of chosen) {
          const answer = await client.retry(id);
          results.push({ id, ...answer });
          if (options.json !== true) printLine(`job ${id}: ${answer.state}, generation ${answer.generation}`);
        }
        if (options.json === true) printJson(results);
        else if (chosen.length === 0) printLine("no dead or cancelled jobs");
      });
    });
}

/** Ids in the order of creation, which has parents before their dependents. */
async function failedJobs(client: Client, graphId: string): Promise<string[]> {
  await client.getGraph(graphId); // an unknown graph is an error, not an empty list
  const ids: string[] = [];
  const filter = {
    graphId,
    states: ["dead", "cancelled"] as const,
    oldestFirst: true,
    omitBodies: true,
    pageSize: 1000,
  };
  for await (const job of client.listAll(filter)) ids.push(job.id);
  return ids;
}
