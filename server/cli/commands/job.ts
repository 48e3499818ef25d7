/** `muster job ID`: everything about one job, with its history; `--watch` follows it to its end. */
import type { Command } from "commander";
import type { Client, JobView } from "../../../worker-sdk/typescript/index.js";
import { withClient } from "../connect.js";
import { CliError, EXIT } from "../exit-codes.js";
import { onInterrupt } from "../interrupt.js";
import { type ClientOptions, clientOptions } from "../options.js";
import { fieldsText, printJson, printJsonLine, printLine, tableText } from "../output.js";
import { EXECUTION_HEAD, executionRow, jobFields, jobJson } from "../views.js";

interface Options extends ClientOptions {
  readonly watch?: boolean;
}

export function addJob(program: Command): void {
  clientOptions(program.command("job <id>").description("show one job and its history"))
    .option("--watch", "follow it to its end; exit code 1 unless it succeeds")
    .action(async (id: string, options: Options) => {
      await withClient(options, async (client) => {
        if (options.watch === true) return followJob(client, id, options.json === true);
        const job = await client.get(id);
        if (options.json === true) printJson(jobJson(job));
        else printLine(jobText(job));
      });
    });
}

/**
 * Prints each state the job comes into until it has ended.
 * @throws CliError (work failed) when it ends dead or cancelled
 */
export async function followJob(client: Client, id: string, json: boolean): Promise<void> {
  using interrupt = onInterrupt();
  let last: JobView | undefined;
  for await (const job of client.watchJob(id, { signal: interrupt.signal })) {
    last = job;
    if (json) printJsonLine(jobJson(job));
    else printLine(`${new Date().toISOString()}  ${stateText(job)}`);
  }
  if (last === undefined || last.state === "succeeded") return;
  const why = last.error === undefined ? last.stateReason : `${last.error.errorType}: ${last.error.message}`;
  throw new CliError(
    EXIT.workFailed,
    `job ${id}: expected it to succeed, got ${last.state}${why === "" ? "" : ` (${why})`}`,
  );
}

function stateText(job: JobView): string {
  const parts: string[] = [job.state];
  if (job.stateReason !== "") parts.push(`(${job.stateReason})`);
  if (job.state === "blocked") parts.push(`waits for ${job.pendingParents} parents`);
  if (job.state === "running") parts.push(`on ${job.workerId}, attempt ${job.attempt} of ${job.maxAttempts}`);
  if (job.progress > 0) parts.push(`${Math.floor(job.progress * 100)} % ${job.progressNote}`.trim());
  return parts.join(" ");
}

function jobText(job: JobView): string {
  const fields = fieldsText(jobFields(job));
  if (job.executions.length === 0) return fields;
  return `${fields}\n\n${tableText(EXECUTION_HEAD, job.executions.map(executionRow))}`;
}
