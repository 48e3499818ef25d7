/**
 * `muster schedules ...`: work that the server submits again and again, at the times of a cron expression. One
 * subcommand for each thing that can be done with a schedule.
 */
import type { Command } from "commander";
import type { MissedRuns, ScheduleInput, ScheduleView } from "../../../worker-sdk/typescript/index.js";
import { withClient } from "../connect.js";
import { badInput, EXIT_CODE_HELP } from "../exit-codes.js";
import { readGraphFile } from "../graph/read-graph-file.js";
import {
  type ClientOptions,
  clientOptions,
  isoTime,
  keyValue,
  number,
  wholeNumber,
  wordsOf,
} from "../options.js";
import { fieldsText, printJson, printLine, tableText } from "../output.js";
import { graphJobs } from "../run/graph-jobs.js";
import { type GraphOptions, orderOption } from "../run/run-options.js";
import {
  FIRE_HEAD,
  fireRow,
  fireText,
  SCHEDULE_HEAD,
  scheduleFields,
  scheduleRow,
} from "../schedules/schedule-views.js";

const MISSED_RUNS: readonly MissedRuns[] = ["skip", "run_once", "run_all"];

interface CreateOptions extends ClientOptions {
  readonly cron: string;
  readonly timeZone?: string;
  readonly type?: string;
  readonly payload?: string;
  readonly queue?: string;
  readonly priority?: number;
  readonly maxAttempts?: number;
  readonly label?: Readonly<Record<string, string>>;
  readonly graph?: string;
  readonly order?: GraphOptions["order"];
  readonly missedRuns?: readonly MissedRuns[];
  readonly missedRunsMax?: number;
  readonly missedAfter?: number;
  readonly skipOverlapping?: boolean;
  readonly paused?: boolean;
  readonly dryRun?: boolean;
  readonly upcoming?: number;
}

export function addSchedules(program: Command): void {
  const schedules = program
    .command("schedules")
    .description("submit work again and again: create, list, get, pause, resume, delete, trigger")
    .addHelpText("after", EXIT_CODE_HELP);
  addCreate(schedules);
  addList(schedules);
  addGet(schedules);
  addSwitches(schedules);
  addTrigger(schedules);
}

function addCreate(schedules: Command): void {
  clientOptions(schedules.command("create <name>").description("make a schedule of a job or a graph"))
    .requiredOption("--cron <expression>", 'five fields, or six that begin with the second, e.g. "0 3 * * *"')
    .option("--time-zone <name>", "IANA name, e.g. Europe/Berlin; server default: UTC")
    .option("--type <name>", "of the job; or, with --graph, of jobs that name none")
    .option("--payload <json>", "what the handler gets, as JSON")
    .option("--queue <name>", "server default: default")
    .option("--priority <n>", "4 and above high, 2 and 3 medium, 1 and below low", wholeNumber(-1000, 1000))
    .option("--max-attempts <n>", "server default: 3", wholeNumber(1, 100))
    .option("--label <name=value>", "may be given again", keyValue)
    .option("--graph <file>", "a graph instead of one job, as `muster run` takes it")
    .addOption(orderOption())
    .option(
      "--missed-runs <policy>",
      "skip, run_once or run_all; server default: run_once",
      wordsOf(MISSED_RUNS),
    )
    .option("--missed-runs-max <n>", "with run_all; server default: 10", wholeNumber(1, 100))
    .option("--missed-after <seconds>", "how late counts as missed; server default: 60", number(1, 3600))
    .option("--skip-overlapping", "fire nothing while work of an earlier fire time is open")
    .option("--paused", "fire nothing until it is resumed")
    .option("--dry-run", "check it and show its next fire times; nothing is written")
    .option("--upcoming <n>", "how many of the next fire times to show", wholeNumber(1, 100), 5)
    .action(async (name: string, options: CreateOptions) => {
      const input = await toInput(name, options);
      const shown = { dryRun: options.dryRun ?? false, upcoming: options.upcoming ?? 5 };
      const { schedule, existed } = await withClient(options, (client) =>
        client.schedules.create(input, shown),
      );
      if (options.json === true) return printJson({ schedule, existed });
      printLine(`${name}: ${shown.dryRun ? "would be made" : existed ? "existed" : "made"}`);
      printLine(upcomingText(schedule));
    });
}

function addList(schedules: Command): void {
  clientOptions(schedules.command("list").description("list schedules by name")).action(
    async (options: ClientOptions) => {
      const found = await withClient(options, (client) => client.schedules.list());
      if (options.json === true) return printJson(found);
      printLine(found.length === 0 ? "no schedules" : tableText(SCHEDULE_HEAD, found.map(scheduleRow)));
    },
  );
}

function addGet(schedules: Command): void {
  clientOptions(
    schedules.command("get <name>").description("show a schedule, its next fire times and its latest fires"),
  )
    .option("--upcoming <n>", "how many of the next fire times", wholeNumber(1, 100), 5)
    .option("--fires <n>", "how many of the latest fires", wholeNumber(1, 100), 10)
    .action(async (name: string, options: ClientOptions & { upcoming: number; fires: number }) => {
      const { upcoming, fires } = options;
      const found = await withClient(options, (client) => client.schedules.get(name, { upcoming, fires }));
      if (options.json === true) return printJson(found);
      printLine(fieldsText(scheduleFields(found)));
      printLine(`\n${upcomingText(found)}`);
      if (found.fires.length > 0) printLine(`\n${tableText(FIRE_HEAD, found.fires.map(fireRow))}`);
    });
}

function addSwitches(schedules: Command): void {
  clientOptions(
    schedules
      .command("pause <name>")
      .description("fire nothing; what falls into the pause is not made up for"),
  ).action(async (name: string, options: ClientOptions) => {
    const changed = await withClient(options, (client) => client.schedules.pause(name));
    if (options.json === true) return printJson({ name, paused: true, changed });
    printLine(changed ? `${name}: paused` : `${name}: was paused already`);
  });
  clientOptions(schedules.command("resume <name>").description("fire again, from its next time on")).action(
    async (name: string, options: ClientOptions) => {
      const { changed, nextFireAt } = await withClient(options, (client) => client.schedules.resume(name));
      if (options.json === true) return printJson({ name, paused: false, changed, nextFireAt });
      const next = nextFireAt === undefined ? "no time is left" : `next at ${nextFireAt.toISOString()}`;
      printLine(changed ? `${name}: resumed, ${next}` : `${name}: was not paused, ${next}`);
    },
  );
  clientOptions(schedules.command("delete <name>").description("end it; jobs that it submitted stay")).action(
    async (name: string, options: ClientOptions) => {
      await withClient(options, (client) => client.schedules.delete(name));
      if (options.json === true) return printJson({ name, deleted: true });
      printLine(`${name}: deleted`);
    },
  );
}

function addTrigger(schedules: Command): void {
  clientOptions(
    schedules.command("trigger <name>").description("submit its work now, beside its regular times"),
  )
    .option("--fire-at <time>", "the fire time that the work is told, ISO 8601; each only once", isoTime)
    .action(async (name: string, options: ClientOptions & { readonly fireAt?: Date }) => {
      const { fireAt } = options;
      const { fire, existed } = await withClient(options, (client) =>
        client.schedules.trigger(name, fireAt === undefined ? {} : { fireAt }),
      );
      if (options.json === true) return printJson({ fire, existed });
      printLine(`${name}: ${fireText(fire)}${existed ? " (existed)" : ""}`);
    });
}

async function toInput(name: string, options: CreateOptions): Promise<ScheduleInput> {
  const missedRuns = options.missedRuns?.at(-1);
  return {
    name,
    cron: options.cron,
    ...(await toWork(options)),
    ...(options.timeZone !== undefined && { timeZone: options.timeZone }),
    ...(missedRuns !== undefined && { missedRuns }),
    ...(options.missedRunsMax !== undefined && { missedRunsMax: options.missedRunsMax }),
    ...(options.missedAfter !== undefined && { missedAfterMs: options.missedAfter * 1000 }),
    ...(options.skipOverlapping === true && { skipOverlapping: true }),
    ...(options.paused === true && { paused: true }),
  };
}

async function toWork(options: CreateOptions): Promise<Pick<ScheduleInput, "job" | "graph">> {
  const { type, queue, priority, maxAttempts, label, order } = options;
  if (options.graph !== undefined) {
    const graph = await readGraphFile(options.graph);
    const expectedScale = order === "critical-path" ? 1 : null;
    const defaults = { type: type ?? "task", queue: queue ?? "default", priority, expectedScale };
    const jobs = graphJobs(graph, defaults);
    return {
      graph: {
        name: graph.name,
        jobs,
        ...(label !== undefined && { labels: label }),
        ...(order !== undefined && { order }),
      },
    };
  }
  if (order !== undefined) throw badInput("order", "--graph with it", "no graph");
  if (type === undefined) throw badInput("type", "--type of a job, or --graph", "neither");
  const payload = options.payload === undefined ? undefined : parsed(options.payload);
  return {
    job: {
      type,
      ...(payload !== undefined && { payload }),
      ...(queue !== undefined && { queue }),
      ...(priority !== undefined && { priority }),
      ...(maxAttempts !== undefined && { maxAttempts }),
      ...(label !== undefined && { labels: label }),
    },
  };
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch (error) {
    throw badInput("payload", "JSON", error instanceof Error ? error.message : "something else");
  }
}

function upcomingText({ upcoming, paused }: ScheduleView): string {
  if (upcoming.length === 0) return "no fire time is left";
  const lines = upcoming.map((at) => `  ${at.toISOString()}`);
  return [paused ? "next fire times, once resumed:" : "next fire times:", ...lines].join("\n");
}
