/** `muster submit TYPE`: one job, with everything a job may have; `--wait` follows it to its end. */
import type { Command } from "commander";
import { readFile } from "node:fs/promises";
import type { JobInput } from "../../../worker-sdk/typescript/index.js";
import { withClient } from "../connect.js";
import { badInput } from "../exit-codes.js";
import {
  type ClientOptions,
  clientOptions,
  isoTime,
  keyValue,
  number,
  wholeNumber,
  wordsOf,
} from "../options.js";
import { printJsonLine, printLine } from "../output.js";
import { followJob } from "./job.js";

const POLICIES = ["cancel", "run", "fail"] as const;
const TIMEOUT = number(0.001, 31_536_000);

interface Options extends ClientOptions {
  readonly payload?: string;
  readonly payloadFile?: string;
  readonly contentType?: string;
  readonly queue?: string;
  readonly key?: string;
  readonly priority?: number;
  readonly inheritPriority: boolean;
  readonly maxAttempts?: number;
  readonly executionTimeout?: number;
  readonly startTimeout?: number;
  readonly progressTimeout?: number;
  readonly runAt?: Date;
  readonly delay?: number;
  readonly dependsOn?: readonly string[];
  readonly onParentFailure?: readonly ("cancel" | "run" | "fail")[];
  readonly idempotencyKey?: string;
  readonly concurrencyKey?: string;
  readonly concurrencyLimit?: number;
  readonly label?: Readonly<Record<string, string>>;
  readonly header?: Readonly<Record<string, string>>;
  readonly wait?: boolean;
}

export function addSubmit(program: Command): void {
  clientOptions(program.command("submit <type>").description("submit one job"))
    .option("--payload <json>", "what the handler gets, as JSON")
    .option("--payload-file <path>", "the same from a file, as it is")
    .option("--content-type <type>", "of --payload-file", "application/octet-stream")
    .option("--queue <name>", "server default: default")
    .option("--key <text>", "a name of your own for it")
    .option("--priority <n>", "4 and above high, 2 and 3 medium, 1 and below low", wholeNumber(-1000, 1000))
    .option("--no-inherit-priority", "keep its own priority whatever it depends on")
    .option("--max-attempts <n>", "server default: 3", wholeNumber(1, 100))
    .option("--execution-timeout <seconds>", "from its start on a worker", TIMEOUT)
    .option("--start-timeout <seconds>", "dies if no worker started it so long after it was ready", TIMEOUT)
    .option("--progress-timeout <seconds>", "a failed attempt if it reports no progress for so long", TIMEOUT)
    .option("--run-at <time>", "not before, ISO 8601", isoTime)
    .option("--delay <seconds>", "not before so long from now", number(0, 31_536_000))
    .option("--depends-on <ids...>", "job ids that have to succeed first")
    .option("--on-parent-failure <policy>", "cancel, run or fail", wordsOf(POLICIES))
    .option("--idempotency-key <text>", "submitting again with the same key gives the same job")
    .option("--concurrency-key <text>", "jobs of the queue with the same key do not run all at once")
    .option(
      "--concurrency-limit <n>",
      "how many of them may; server default: the queue's, or 1",
      wholeNumber(1, 1_000),
    )
    .option("--label <name=value>", "may be given again", keyValue)
    .option("--header <name=value>", "handed to the handler; may be given again", keyValue)
    .option("--wait", "follow it to its end; exit code 1 unless it succeeds")
    .action(async (type: string, options: Options) => {
      const job = await toJob(type, options);
      await withClient(options, async (client) => {
        const submitted = await client.submit(job);
        if (options.json === true) printJsonLine(submitted);
        else printLine(submitted.existed ? `${submitted.id} (existed)` : submitted.id);
        if (options.wait === true) await followJob(client, submitted.id, options.json === true);
      });
    });
}

async function toJob(type: string, options: Options): Promise<JobInput> {
  if (options.runAt !== undefined && options.delay !== undefined)
    throw badInput("run-at", "it or --delay", "both");
  const runAt = options.delay === undefined ? options.runAt : new Date(Date.now() + options.delay * 1000);
  const policy = options.onParentFailure?.at(-1);
  const payload = await readPayload(options);
  return {
    type,
    ...(payload !== undefined && { payload }),
    ...(options.queue !== undefined && { queue: options.queue }),
    ...(options.key !== undefined && { key: options.key }),
    ...(options.priority !== undefined && { priority: options.priority }),
    ...(options.inheritPriority ? {} : { inheritPriority: false }),
    ...(options.maxAttempts !== undefined && { maxAttempts: options.maxAttempts }),
    ...(options.executionTimeout !== undefined && { executionTimeoutMs: options.executionTimeout * 1000 }),
    ...(options.startTimeout !== undefined && { startTimeoutMs: options.startTimeout * 1000 }),
    ...(options.progressTimeout !== undefined && { progressTimeoutMs: options.progressTimeout * 1000 }),
    ...(runAt !== undefined && { runAt }),
    ...(options.dependsOn !== undefined && { dependsOn: options.dependsOn }),
    ...(policy !== undefined && { onParentFailure: policy }),
    ...(options.idempotencyKey !== undefined && { idempotencyKey: options.idempotencyKey }),
    ...(options.concurrencyKey !== undefined && { concurrencyKey: options.concurrencyKey }),
    ...(options.concurrencyLimit !== undefined && { concurrencyLimit: options.concurrencyLimit }),
    ...(options.label !== undefined && { labels: options.label }),
    ...(options.header !== undefined && { headers: options.header }),
  };
}

async function readPayload(options: Options): Promise<unknown> {
  if (options.payload !== undefined && options.payloadFile !== undefined) {
    throw badInput("payload", "it or --payload-file", "both");
  }
  if (options.payloadFile !== undefined) {
    const bytes = await readFile(options.payloadFile).catch((error: unknown) => {
      throw badInput(
        "payload-file",
        "a file that can be read",
        error instanceof Error ? error.message : "none",
      );
    });
    const { payload } = await import("../../../worker-sdk/typescript/index.js");
    return payload(bytes, options.contentType ?? "application/octet-stream");
  }
  if (options.payload === undefined) return undefined;
  try {
    return JSON.parse(options.payload);
  } catch (error) {
    throw badInput("payload", "JSON", error instanceof Error ? error.message : "something else");
  }
}
