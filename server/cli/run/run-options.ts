/** The options that say how a graph is run, for `muster run` and for `muster dev --run`. */
import { type Command, Option } from "commander";
import { DEFAULT_QUEUE, number, wholeNumber } from "../options.js";

export interface GraphOptions {
  readonly queue: string;
  readonly type: string;
  readonly priority?: number;
  readonly order: "ready" | "critical-path";
  readonly timeScale: number;
  readonly slots?: number;
  readonly quiet?: boolean;
}

export function graphOptions(command: Command): Command {
  return command
    .option("--queue <name>", "for jobs whose file names none", DEFAULT_QUEUE)
    .option("--type <name>", "for jobs whose file names none", "task")
    .option("--priority <n>", "for jobs whose file names none", wholeNumber(-1000, 1000))
    .addOption(orderOption().default("ready"))
    .option(
      "--time-scale <factor>",
      "that the workers use, to measure against; 0 is no work",
      number(0, 1e6),
      1,
    )
    .option(
      "--slots <n>",
      "to measure against (default: those of the connected workers)",
      wholeNumber(1, 1_000_000),
    )
    .option("--quiet", "no progress");
}

/** Without a default: only a graph has an order. */
export function orderOption(): Option {
  return new Option(
    "--order <how>",
    "what comes first among ready jobs of a graph: as they become ready, or what the end waits for",
  ).choices(["ready", "critical-path"]);
}

export function runOptions(options: GraphOptions) {
  return {
    type: options.type,
    queue: options.queue,
    priority: options.priority,
    // Without work there is no critical path; the recorded runtimes stand for it.
    expectedScale: options.order === "critical-path" ? options.timeScale || 1 : null,
    timeScale: options.timeScale,
    slots: options.slots,
    quiet: options.quiet === true,
  };
}
