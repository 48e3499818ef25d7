/** `muster jobs`: lists jobs, newest first, by any of the filters the server has. */
import type { Command } from "commander";
import { JOB_STATES, type JobState } from "../run/report.js";
import type { Client, JobView, ListFilter } from "../../../worker-sdk/typescript/index.js";
import { withClient } from "../connect.js";
import { type ClientOptions, clientOptions, keyValue, number, wholeNumber, wordsOf } from "../options.js";
import { printJson, printLine, tableText } from "../output.js";
import { JOB_HEAD, jobJson, jobRow } from "../views.js";
import { watchText } from "../watch-text.js";

const PAGE_SIZE_MAX = 1000;

interface Options extends ClientOptions {
  readonly state?: readonly JobState[];
  readonly queue?: string;
  readonly type?: string;
  readonly graph?: string;
  readonly label?: Readonly<Record<string, string>>;
  readonly limit: number;
  readonly all?: boolean;
  readonly oldestFirst?: boolean;
  readonly watch?: boolean;
  readonly interval: number;
}

export function addJobs(program: Command): void {
  clientOptions(program.command("jobs").description("list jobs, newest first"))
    .option("--state <states>", `only these states, by comma: ${JOB_STATES.join(", ")}`, wordsOf(JOB_STATES))
    .option("--queue <name>", "only of this queue")
    .option("--type <name>", "only of this type")
    .option("--graph <id>", "only of this graph")
    .option("--label <name=value>", "only with this label; may be given again", keyValue)
    .option("--limit <n>", "at most so many", wholeNumber(1, 1_000_000), 50)
    .option("--all", "every one, whatever --limit says")
    .option("--oldest-first", "in the order of their creation")
    .option("--watch", "show them again as they change, until interrupted")
    .option("--interval <seconds>", "how often --watch looks", number(0.1, 3600), 1)
    .action(async (options: Options) => {
      await withClient(options, async (client) => {
        const look = async () => {
          const jobs = await listJobs(client, options);
          return { json: jobs.map(jobJson), text: () => jobsText(jobs) };
        };
        const json = options.json === true;
        if (options.watch === true) return watchText(look, { json, intervalMs: options.interval * 1000 });
        const shown = await look();
        if (json) printJson(shown.json);
        else printLine(shown.text());
      });
    });
}

async function listJobs(client: Client, options: Options): Promise<JobView[]> {
  const limit = options.all === true ? Number.POSITIVE_INFINITY : options.limit;
  const filter: ListFilter = {
    ...(options.state !== undefined && { states: options.state }),
    ...(options.queue !== undefined && { queue: options.queue }),
    ...(options.type !== undefined && { type: options.type }),
    ...(options.graph !== undefined && { graphId: options.graph }),
    ...(options.label !== undefined && { labels: options.label }),
    oldestFirst: options.oldestFirst === true,
    omitBodies: options.json !== true,
    pageSize: Math.min(limit, PAGE_SIZE_MAX),
  };
  const jobs: JobView[] = [];
  for await (const job of client.listAll(filter)) {
    jobs.push(job);
    if (jobs.length >= limit) break;
  }
  return jobs;
}

function jobsText(jobs: readonly JobView[]): string {
  if (jobs.length === 0) return "no jobs";
  const nowMs = Date.now();
  return tableText(
    JOB_HEAD,
    jobs.map((job) => jobRow(job, nowMs)),
  );
}
