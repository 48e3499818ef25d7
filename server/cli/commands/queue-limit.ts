/** `muster queues limit`: how many jobs of a queue may run at once, and how many may start in a time. */
import { type Command, InvalidArgumentError } from "commander";
import type { QueueLimits } from "../../../worker-sdk/typescript/index.js";
import { withClient } from "../connect.js";
import { badInput, EXIT_CODE_HELP } from "../exit-codes.js";
import { type ClientOptions, wholeNumber } from "../options.js";
import { printJson, printLine } from "../output.js";
import { limitsText } from "../views.js";

interface Options extends ClientOptions {
  readonly concurrency?: number;
  readonly keyConcurrency?: number;
  readonly rate?: { readonly starts: number; readonly periodMs: number };
  readonly burst?: number;
  readonly clear?: boolean;
}

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** @param queues the command `queues`, whose --address, --namespace and --json it shares */
export function addQueueLimit(queues: Command): void {
  queues
    .command("limit <queue>")
    .description("set all limits of a queue at once, or clear them")
    .addHelpText(
      "after",
      `\nTakes --address, --namespace and --json as \`muster queues\` does.\n${EXIT_CODE_HELP}`,
    )
    .option("--concurrency <n>", "jobs of the queue that run at once", wholeNumber(1, 10_000))
    .option("--key-concurrency <n>", "jobs of one concurrency key that run at once", wholeNumber(1, 1_000))
    .option("--rate <starts/period>", "such as 100/s, 5/10s or 1000/1h", rateOf)
    .option(
      "--burst <n>",
      "most starts at once after a quiet time; default: those of --rate",
      wholeNumber(1, 1e6),
    )
    .option("--clear", "no limits any more")
    .action(async (queue: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const limits = limitsOf(options);
      await withClient(options, (client) =>
        limits === null ? client.clearQueueLimits(queue) : client.setQueueLimits(queue, limits),
      );
      if (options.json === true) printJson({ queue, limits });
      else printLine(`${queue}: ${limits === null ? "no limits" : limitsText(limits)}`);
    });
}

function limitsOf({ concurrency, keyConcurrency, rate, burst, clear }: Options): QueueLimits | null {
  const isAnySet = concurrency !== undefined || keyConcurrency !== undefined || rate !== undefined;
  if (burst !== undefined && rate === undefined) throw badInput("burst", "a --rate beside it", "none");
  if (clear === true) {
    if (isAnySet) throw badInput("clear", "it or limits", "both");
    return null;
  }
  if (!isAnySet)
    throw badInput("limit", "--concurrency, --key-concurrency, --rate or --clear", "none of them");
  return {
    ...(concurrency !== undefined && { concurrency }),
    ...(keyConcurrency !== undefined && { keyConcurrency }),
    ...(rate !== undefined && { rate: { ...rate, burst: burst ?? rate.starts } }),
  };
}

function rateOf(text: string): { starts: number; periodMs: number } {
  const [, starts, count, unit] = /^(\d{1,7})\/(\d{1,9})?(ms|s|m|h|d)$/.exec(text) ?? [];
  if (starts === undefined || unit === undefined)
    throw new InvalidArgumentError(
      `expected starts/period such as 100/s or 5/10s, got ${JSON.stringify(text)}`,
    );
  return { starts: Number(starts), periodMs: Number(count ?? 1) * UNIT_MS[unit as keyof typeof UNIT_MS] };
}
