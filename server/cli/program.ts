/**
 * The `muster` program: its subcommands, each a file of its own under commands/, wired to one commander. main.ts runs
 * it; the test of docs/command-line.md reads it.
 */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { addCancel } from "./commands/cancel.js";
import { addDead } from "./commands/dead.js";
import { addDev } from "./commands/dev.js";
import { addDoctor } from "./commands/doctor.js";
import { addDrain } from "./commands/drain.js";
import { addExplain } from "./commands/explain.js";
import { addGraph } from "./commands/graph.js";
import { addHealth } from "./commands/health.js";
import { addJob } from "./commands/job.js";
import { addJobs } from "./commands/jobs.js";
import { addMigrate } from "./commands/migrate.js";
import { addPause, addResume } from "./commands/pause.js";
import { addQueues } from "./commands/queues.js";
import { addRetry } from "./commands/retry.js";
import { addRun } from "./commands/run.js";
import { addSchedules } from "./commands/schedules.js";
import { addServe } from "./commands/serve.js";
import { addSubmit } from "./commands/submit.js";
import { addWorker } from "./commands/worker.js";
import { addWorkers } from "./commands/workers.js";
import { EXIT_CODE_HELP } from "./exit-codes.js";

const COMMANDS = [
  [addDev, addServe, addMigrate, addHealth, addDoctor],
  [addRun, addWorker, addSubmit],
  [addJobs, addJob, addExplain, addGraph, addCancel, addRetry, addDead],
  [addWorkers, addDrain, addQueues, addPause, addResume],
  [addSchedules],
].flat();

/** Parses nothing yet; bad usage throws a CommanderError after its one line was printed. */
export function muster(): Command {
  const program = new Command("muster")
    .description("Coordinates long-lived workers: jobs, dependencies, priorities, over one stream a worker.")
    .version(version(), "-V, --version")
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({ outputError: (text, write) => write(`muster: ${oneLine(text)}\n`) })
    .addHelpText("after", EXIT_CODE_HELP);
  for (const add of COMMANDS) add(program);
  return program;
}

function version(): string {
  const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  const { version: found } = JSON.parse(text) as { version: string };
  return found;
}

/** Commander puts its suggestion on a second line. */
function oneLine(text: string): string {
  return text.trim().split("\n").join(" ");
}
