/**
 * The one handler of the stock worker, for jobs of every type: replays the recorded runtime, or runs the command
 * line. Writes `start` and `end` into the history; `recv` and `ack` come from the worker's events.
 */
import { type JobContext, NonRetryableError } from "../../../worker-sdk/typescript/index.js";
import { commandOf, exec, type ExecOutcome } from "./exec.js";
import type { HistoryLog } from "./history-log.js";
import { replay } from "./replay.js";

export interface StockOptions {
  readonly mode: "replay" | "exec";
  readonly timeScale: number;
  readonly history: HistoryLog | null;
}

export function stockHandler(options: StockOptions): (job: JobContext) => Promise<unknown> {
  const work = options.mode === "exec" ? execJob : (job: JobContext) => replayJob(job, options.timeScale);
  return async (job) => {
    const { id: jobId, attempt, leaseEpoch } = job;
    options.history?.write({ event: "start", jobId, attempt, leaseEpoch });
    let outcome = "failed";
    try {
      const output = await work(job);
      outcome = "succeeded";
      return output;
    } finally {
      if (job.signal.aborted) outcome = "aborted";
      options.history?.write({ event: "end", jobId, attempt, leaseEpoch, outcome });
    }
  };
}

async function replayJob(job: JobContext, timeScale: number): Promise<void> {
  await replay(payloadOf(job), timeScale, job.signal);
}

async function execJob(job: JobContext): Promise<object> {
  const command = commandOf(payloadOf(job));
  if (command === null) {
    throw new NonRetryableError(
      'payload.command: expected a list of strings such as ["echo", "hello"], got none',
    );
  }
  const environment = {
    MUSTER_JOB_ID: job.id,
    MUSTER_JOB_TYPE: job.type,
    MUSTER_ATTEMPT: String(job.attempt),
    MUSTER_LEASE_EPOCH: String(job.leaseEpoch),
  };
  const outcome = await exec({ command, environment, signal: job.signal }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new NonRetryableError(`command: expected a program that can be started, got ${why}`);
  });
  if (outcome.exitCode !== 0) throw new CommandError(outcome);
  return outcome;
}

/** The program ran and did not like it; another attempt may go better. */
class CommandError extends Error {
  override readonly name = "CommandError";

  constructor(outcome: ExecOutcome) {
    const how = outcome.exitCode === null ? `signal ${outcome.signalName}` : `exit code ${outcome.exitCode}`;
    const said = outcome.stderr.trim().split("\n").at(-1) ?? "";
    super(said === "" ? how : `${how}: ${said}`);
  }
}

/** Null for a payload that is not JSON. */
function payloadOf(job: JobContext): unknown {
  try {
    return job.json();
  } catch {
    return null;
  }
}
