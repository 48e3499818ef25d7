/**
 * `muster cancel ID...`: jobs or whole graphs; without ids, whatever a filter names. Waiting jobs end at once; a running one is told, and ends when its
 * worker answers or the grace is over. An id is tried as a job first, then as a graph, unless --graph says which.
 */
import type { Command } from "commander";
import type { CancelOptions, Client } from "../../../worker-sdk/typescript/index.js";
import { cancelChoice, cancelChosen, type ChoiceOptions, chosenFilter } from "../cancel-choice.js";
import { withClient } from "../connect.js";
import { CliError, EXIT } from "../exit-codes.js";
import { isNotFound } from "../failure.js";
import { type ClientOptions, clientOptions, number } from "../options.js";
import { printJson, printLine } from "../output.js";

interface Options extends ClientOptions, Omit<ChoiceOptions, "json"> {
  readonly reason?: string;
  readonly grace?: number;
}

interface Cancelled {
  readonly id: string;
  readonly kind: "job" | "graph";
  readonly text: string;
  /** False: it had ended otherwise before. */
  readonly done: boolean;
  readonly answer: object;
}

export function addCancel(program: Command): void {
  cancelChoice(clientOptions(program.command("cancel [ids...]").description("cancel jobs, or whole graphs")))
    .option("--graph [id]", "the ids are those of graphs; with a filter: only of this graph")
    .option("--reason <text>", "kept with the job and told to its worker")
    .option(
      "--grace <seconds>",
      "how long a running job may take to stop (server default: 30)",
      number(0, 86_400),
    )
    .action(async (ids: readonly string[], options: Options) => {
      await withClient(options, async (client) => {
        const filter = chosenFilter(ids, options);
        if (filter !== null) return cancelChosen(client, filter, options, howOf(options));
        const results: Cancelled[] = [];
        for (const id of [...(typeof options.graph === "string" ? [options.graph] : []), ...ids]) {
          const result = await cancelOne(client, id, options);
          results.push(result);
          if (options.json !== true) printLine(`${result.kind} ${id}: ${result.text}`);
        }
        if (options.json === true)
          printJson(results.map(({ id, kind, answer }) => ({ id, kind, ...answer })));
        const late = results.filter((result) => !result.done);
        if (late.length === 0) return;
        const names = late.map((result) => result.id).join(", ");
        throw new CliError(EXIT.workFailed, `cancel: expected jobs that have not ended, got ${names}`);
      });
    });
}

async function cancelOne(client: Client, id: string, options: Options): Promise<Cancelled> {
  const how = howOf(options);
  if (options.graph !== undefined) return cancelGraph(client, id, how);
  try {
    const answer = await client.cancel(id, how);
    const done = answer.won || answer.state === "cancelled";
    return { id, kind: "job", answer, done, text: jobText(answer.state, answer.won) };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return cancelGraph(client, id, how, error);
  }
}

function howOf(options: Options): CancelOptions {
  return {
    ...(options.reason !== undefined && { reason: options.reason }),
    ...(options.grace !== undefined && { graceMs: options.grace * 1000 }),
  };
}

/** @param missed why it is no job: what the person is told when it is no graph either */
async function cancelGraph(
  client: Client,
  id: string,
  how: CancelOptions,
  missed?: unknown,
): Promise<Cancelled> {
  try {
    const answer = await client.cancelGraph(id, how);
    const text = `${answer.cancelled} cancelled, ${answer.requested} told to stop, ${answer.alreadyTerminal} had ended before`;
    return { id, kind: "graph", answer, done: true, text };
  } catch (error) {
    if (missed === undefined || !isNotFound(error)) throw error;
    throw new CliError(EXIT.notFound, `id: expected a job or a graph, got ${id}, which is neither`, error);
  }
}

function jobText(state: string, won: boolean): string {
  if (!won) return state === "cancelled" ? "was cancelled already" : `had ended before, ${state}`;
  return state === "running" ? "its worker was told to stop" : state;
}
