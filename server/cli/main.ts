#!/usr/bin/env node
/**
 * The `muster` command. Wires the subcommands, each a file of its own under commands/, and turns whatever they throw
 * into one line on standard error and an exit code (exit-codes.ts). MUSTER_DEBUG adds the stack trace.
 */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { addCancel } from "./commands/cancel.js";
import { addDev } from "./commands/dev.js";
import { addDrain } from "./commands/drain.js";
import { addGraph } from "./commands/graph.js";
import { addHealth } from "./commands/health.js";
import { addJob } from "./commands/job.js";
import { addJobs } from "./commands/jobs.js";
import { addMigrate } from "./commands/migrate.js";
import { addPause, addResume } from "./commands/pause.js";
import { addQueues } from "./commands/queues.js";
import { addRetry } from "./commands/retry.js";
import { addRun } from "./commands/run.js";
import { addServe } from "./commands/serve.js";
import { addSubmit } from "./commands/submit.js";
import { addWorker } from "./commands/worker.js";
import { addWorkers } from "./commands/workers.js";
import { EXIT, EXIT_CODE_HELP } from "./exit-codes.js";
import { toFailure } from "./failure.js";

const COMMANDS = [
  [addDev, addServe, addMigrate, addHealth],
  [addRun, addWorker, addSubmit],
  [addJobs, addJob, addGraph, addCancel, addRetry],
  [addWorkers, addDrain, addQueues, addPause, addResume],
].flat();

function muster(): Command {
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

async function main(): Promise<void> {
  // A reader that has seen enough (`muster jobs | head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.ok);
    throw error;
  });
  try {
    await muster().parseAsync();
  } catch (error) {
    const { exitCode, message } = toFailure(error);
    if (message !== "") process.stderr.write(`muster: error: ${message}\n`);
    if (process.env["MUSTER_DEBUG"])
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = exitCode;
  }
}

await main();
