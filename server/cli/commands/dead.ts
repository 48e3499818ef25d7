/**
 * `muster dead ...`: jobs that are dead and were not retried. Lists and groups them, runs them again, takes them off the
 * list, and drives them again behind a canary. What is dead is chosen by ids or by options; nothing is done to all of
 * them unless --all says so.
 */
import type { Command } from "commander";
import type { DeadLetterFilter } from "../../../worker-sdk/typescript/index.js";
import { withClient } from "../connect.js";
import { CliError, EXIT, EXIT_CODE_HELP } from "../exit-codes.js";
import { type ClientOptions, clientOptions, isoTime, wholeNumber } from "../options.js";
import { printJson, printLine, tableText } from "../output.js";
import { GROUP_HEAD, groupRow, LETTER_HEAD, letterRow } from "../letter-views.js";
import { addRedrives } from "./redrive.js";

interface ChoiceOptions extends ClientOptions {
  readonly graph?: string;
  readonly queue?: string;
  readonly type?: string;
  readonly fingerprint?: string;
  readonly reason?: string;
  readonly errorType?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly all?: boolean;
}

interface ListOptions extends ChoiceOptions {
  readonly limit: number;
  readonly discarded?: boolean;
}

export function addDead(program: Command): void {
  const dead = program
    .command("dead")
    .description("jobs that are dead: list, group, retry, discard, redrive behind a canary")
    .addHelpText("after", EXIT_CODE_HELP);
  addLists(dead);
  letterChoice(clientOptions(dead.command("retry [ids...]").description("run dead jobs again")))
    .option("--all", "every one of the namespace")
    .action(async (ids: readonly string[], options: ChoiceOptions) => {
      await withClient(options, async (client) => {
        const done = await client.deadLetters.retry(letterFilter(ids, options));
        const refused = done.refused === 0 ? "" : `, ${done.refused} left dead behind a parent that failed`;
        if (options.json === true) printJson(done);
        else printLine(`${done.retried} retried, ${done.revived} dependents wait for them again${refused}`);
        expectAll(ids, done.retried + done.revived, "dead jobs without a failed parent");
      });
    });
  letterChoice(
    clientOptions(dead.command("discard [ids...]").description("take dead jobs off the list for good")),
  )
    .option("--all", "every one of the namespace")
    .action(async (ids: readonly string[], options: ChoiceOptions) => {
      await withClient(options, async (client) => {
        const discarded = await client.deadLetters.discard(letterFilter(ids, options));
        if (options.json === true) printJson({ discarded });
        else printLine(`${discarded} discarded`);
        expectAll(ids, discarded, "dead jobs that were not discarded before");
      });
    });
  addRedrives(dead, { letterChoice, letterFilter });
}

function addLists(dead: Command): void {
  letterChoice(clientOptions(dead.command("list").description("list them, newest first")))
    .option("--limit <n>", "at most so many", wholeNumber(1, 1_000_000), 50)
    .option("--discarded", "those that were discarded, instead")
    .action(async (options: ListOptions) => {
      await withClient(options, async (client) => {
        const letters = [];
        const page = { discarded: options.discarded === true, pageSize: Math.min(1000, options.limit) };
        for await (const letter of client.deadLetters.list(letterFilter([], options), page)) {
          letters.push(letter);
          if (letters.length >= options.limit) break;
        }
        const nowMs = Date.now();
        if (options.json === true) printJson(letters);
        else if (letters.length === 0) printLine("no dead jobs");
        else
          printLine(
            tableText(
              LETTER_HEAD,
              letters.map((letter) => letterRow(letter, nowMs)),
            ),
          );
      });
    });
  letterChoice(clientOptions(dead.command("groups").description("count them by what went wrong")))
    .option("--limit <n>", "at most so many groups, the largest first", wholeNumber(1, 1000), 50)
    .action(async (options: ListOptions) => {
      await withClient(options, async (client) => {
        const groups = await client.deadLetters.groups(letterFilter([], options), options.limit);
        const nowMs = Date.now();
        if (options.json === true) printJson(groups);
        else if (groups.length === 0) printLine("no dead jobs");
        else
          printLine(
            tableText(
              GROUP_HEAD,
              groups.map((group) => groupRow(group, nowMs)),
            ),
          );
      });
    });
}

/** The options that choose among dead jobs. */
function letterChoice(command: Command): Command {
  return command
    .option("--graph <id>", "only of this graph")
    .option("--queue <name>", "only of this queue")
    .option("--type <name>", "only of this type")
    .option("--fingerprint <hex>", "only of this group")
    .option("--reason <word>", "only with this reason: exhausted, non_retryable, poison, ...")
    .option("--error-type <name>", "only with this type of the last error")
    .option("--since <time>", "only those that died then or later, e.g. 2030-01-31T08:00:00Z", isoTime)
    .option("--until <time>", "only those that died before", isoTime);
}

function letterFilter(ids: readonly string[], options: ChoiceOptions): DeadLetterFilter {
  return {
    ...(ids.length > 0 && { jobIds: ids }),
    ...(options.graph !== undefined && { graphId: options.graph }),
    ...(options.queue !== undefined && { queue: options.queue }),
    ...(options.type !== undefined && { type: options.type }),
    ...(options.fingerprint !== undefined && { fingerprint: options.fingerprint }),
    ...(options.reason !== undefined && { reason: options.reason }),
    ...(options.errorType !== undefined && { errorType: options.errorType }),
    ...(options.since !== undefined && { diedAfter: options.since }),
    ...(options.until !== undefined && { diedBefore: options.until }),
    ...(options.all === true && { all: true }),
  };
}

/** @throws CliError when something that was named was not done */
function expectAll(ids: readonly string[], done: number, expected: string): void {
  const named = new Set(ids).size;
  if (done < named) throw new CliError(EXIT.workFailed, `ids: expected ${named} ${expected}, got ${done}`);
}
