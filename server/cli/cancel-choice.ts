/**
 * `muster cancel` by a filter instead of by ids. Without --yes it looks and refuses, so that nobody cancels a queue by
 * a word too few; --dry-run looks and is content.
 */
import type { Command } from "commander";
import type {
  CancelFilter,
  CancelledMatching,
  CancelOptions,
  Client,
  JobState,
} from "../../worker-sdk/typescript/index.js";
import { badInput } from "./exit-codes.js";
import { keyValue, wordsOf } from "./options.js";
import { printJson, printLine } from "./output.js";

const OPEN_STATES = ["blocked", "scheduled", "ready", "running"] as const satisfies readonly JobState[];

export interface ChoiceOptions {
  readonly state?: readonly JobState[];
  readonly queue?: string;
  readonly type?: string;
  readonly label?: Readonly<Record<string, string>>;
  /** An id: only jobs of this graph. True: the ids that were given are those of graphs. */
  readonly graph?: string | true;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function cancelChoice(command: Command): Command {
  return command
    .option(
      "--state <states>",
      `only these states, by comma: ${OPEN_STATES.join(", ")}`,
      wordsOf(OPEN_STATES),
    )
    .option("--queue <name>", "only of this queue")
    .option("--type <name>", "only of this type")
    .option("--label <name=value>", "only with this label; may be given again", keyValue)
    .option("--all", "every job of the namespace that has not ended")
    .option("--dry-run", "say how many and which would be cancelled, and cancel none")
    .option("--yes", "cancel all that match");
}

/** Null: nothing but ids was said. @throws CliError (bad input) for ids beside a filter */
export function chosenFilter(ids: readonly string[], options: ChoiceOptions): CancelFilter | null {
  const { state, queue, type, label, graph, all } = options;
  const isByFilter = [state, queue, type, label, all].some((given) => given !== undefined);
  const isLook = options.dryRun === true || options.yes === true;
  if (ids.length === 0 && (isByFilter || isLook || graph === undefined || graph === true)) {
    return {
      ...(state !== undefined && { states: state }),
      ...(queue !== undefined && { queue }),
      ...(type !== undefined && { type }),
      ...(label !== undefined && { labels: label }),
      ...(typeof graph === "string" && { graphId: graph }),
      ...(all === true && { all: true }),
    };
  }
  if (!isByFilter && !isLook) return null;
  throw badInput("ids", "none beside a filter, --dry-run or --yes", ids.join(", "));
}

export async function cancelChosen(
  client: Client,
  filter: CancelFilter,
  options: ChoiceOptions,
  how: CancelOptions,
): Promise<void> {
  if (Object.keys(filter).length === 0) {
    throw badInput("filter", "--state, --queue, --type, --label, --graph, --all, or ids", "none of them");
  }
  const dryRun = options.dryRun === true || options.yes !== true;
  const done = await client.cancelMatching(filter, { ...how, dryRun });
  if (options.json === true) printJson({ ...done, dryRun });
  else printLine(dryRun ? dryText(done) : `${done.cancelled} cancelled, ${done.requested} told to stop`);
  if (options.dryRun === true || options.yes === true) return;
  throw badInput("yes", `--yes to cancel ${done.matched} jobs, or --dry-run`, "neither");
}

function dryText({ matched, firstJobIds }: CancelledMatching): string {
  if (matched === 0) return "no job matches that has not ended";
  const more = matched > firstJobIds.length ? ["..."] : [];
  return [
    `${matched} would be cancelled, and what waits for them as its policy says:`,
    ...firstJobIds,
    ...more,
  ].join("\n");
}
