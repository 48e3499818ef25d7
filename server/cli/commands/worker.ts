/**
 * `muster worker`: a stock worker that takes jobs of every type from its queues. `--replay` sleeps each job's
 * recorded runtime, `--exec` runs its command line. It stays until it is told to stop or drained, through every
 * loss of the server; SIGINT and SIGTERM give back what has not begun and let the rest finish.
 */
import { type Command, Option } from "commander";
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import type { JobContext, Registered, Worker } from "../../../worker-sdk/typescript/index.js";
import { badInput, EXIT_CODE_HELP } from "../exit-codes.js";
import { onInterrupt } from "../interrupt.js";
import { addressOption, DEFAULT_QUEUE, namespaceOption, number, wholeNumber } from "../options.js";
import { printNote } from "../output.js";
import { HistoryLog } from "../worker/history-log.js";

const EXEC_WARNING =
  "warning: --exec runs the command line of every job as this user; whoever may submit jobs may run programs here";

interface Options {
  readonly address: string;
  readonly namespace: string;
  readonly queue: readonly string[];
  readonly replay?: boolean;
  readonly exec?: boolean;
  readonly timeScale: number;
  readonly concurrency: number;
  readonly window?: number;
  readonly id: string;
  readonly drainTimeout: number;
  readonly logFile?: string;
  readonly quiet?: boolean;
  readonly stdin?: boolean;
}

export function addWorker(program: Command): void {
  program
    .command("worker")
    .description("run a stock worker: it replays recorded runtimes, or runs command lines")
    .option("--replay", "sleep each job's payload.runtimeSeconds, times --time-scale")
    .option("--exec", "run each job's payload.command, without a shell; only where you trust who submits")
    .option("--time-scale <factor>", "of --replay; 0 takes no time", number(0, 1e6), 1)
    .option("--queue <names...>", "to take jobs from", [DEFAULT_QUEUE])
    .option("--concurrency <n>", "jobs at once", wholeNumber(1, 10_000), 32)
    .option(
      "--window <n>",
      "jobs held at once, those waiting included (default: --concurrency)",
      wholeNumber(1, 10_000),
    )
    .option("--id <name>", "a stable name; two processes must not share one", `${hostname()}-${process.pid}`)
    .option("--drain-timeout <seconds>", "for what runs when told to stop", number(0, 86_400), 30)
    .option(
      "--log-file <path>",
      "append what happens to it and its jobs (session, recv, start, end, ack) as JSON lines",
    )
    .option("--quiet", "say only what goes wrong")
    .addOption(addressOption())
    .addOption(namespaceOption())
    .addOption(new Option("--stdin", "leave when standard input ends: whoever started it is gone").hideHelp())
    .addHelpText("after", EXIT_CODE_HELP)
    .action(work);
}

async function work(options: Options): Promise<void> {
  if ((options.replay === true) === (options.exec === true)) {
    throw badInput("worker", "--replay or --exec", options.exec === true ? "both" : "neither");
  }
  if (options.exec === true) printNote(EXEC_WARNING);
  using history = options.logFile === undefined ? null : openHistory(options.logFile, options.id);
  const worker = await makeWorker(options, history);
  if (options.quiet !== true) report(worker);
  reportTrouble(worker);
  if (history !== null) record(worker, history);
  using interrupt = onInterrupt();
  const leave = (): void => {
    const timeoutMs = options.drainTimeout * 1000;
    worker.drain({ mode: "release_buffered", timeoutMs }).catch((error: unknown) => printNote(String(error)));
  };
  interrupt.signal.addEventListener("abort", leave, { once: true });
  if (options.stdin === true) process.stdin.resume().once("end", leave).once("error", leave);
  try {
    await worker.run();
  } finally {
    if (options.stdin === true) process.stdin.destroy(); // an open pipe would keep the process
  }
}

async function makeWorker(options: Options, history: HistoryLog | null): Promise<Worker> {
  const [sdk, { stockHandler }] = await Promise.all([
    import("../../../worker-sdk/typescript/index.js"),
    import("../worker/stock-handler.js"),
  ]);
  const mode = options.exec === true ? "exec" : "replay";
  return new sdk.Worker({
    address: options.address,
    namespace: options.namespace,
    subscriptions: options.queue.map((queue) => ({ queue })),
    handlers: { "*": stockHandler({ mode, timeScale: options.timeScale, history }) },
    concurrency: options.concurrency,
    // No more than can run: a job that waits here could run on another worker.
    window: options.window ?? options.concurrency,
    workerId: options.id,
    name: `muster worker --${mode}`,
  });
}

/** @throws CliError (bad input) */
function openHistory(path: string, workerId: string): HistoryLog {
  try {
    return new HistoryLog(path, workerId);
  } catch (error) {
    throw badInput(
      "log-file",
      "a file that can be appended to",
      error instanceof Error ? error.message : path,
    );
  }
}

function report(worker: Worker): void {
  worker.on("registered", (to) =>
    printNote(`${worker.id}: connected to ${to.serverId}, session ${to.sessionId}`),
  );
  worker.on("resumed", (to) =>
    printNote(`${worker.id}: back with session ${to.sessionId} on ${to.serverId}`),
  );
  worker.on("draining", () => printNote(`${worker.id}: draining`));
}

function reportTrouble(worker: Worker): void {
  worker.on("disconnected", (why) => {
    printNote(
      `${worker.id}: disconnected (${why.code}: ${why.message}), next try in ${Math.round(why.retryInMs)} ms`,
    );
  });
  worker.on("notice", (notice) => printNote(`${worker.id}: ${notice.code}: ${notice.message}`));
}

function record(worker: Worker, history: HistoryLog): void {
  const session = (resumed: boolean) => (to: Registered) =>
    history.write({ event: "session", sessionId: to.sessionId, resumed });
  worker.on("registered", session(false));
  worker.on("resumed", session(true));
  worker.on("assigned", ({ id: jobId, attempt, leaseEpoch, payload }: JobContext) => {
    const payloadSha256 = createHash("sha256").update(payload.bytes).digest("hex");
    history.write({ event: "recv", jobId, attempt, leaseEpoch, payloadSha256 });
  });
  worker.on("settled", ({ jobId, attempt, leaseEpoch, verdict, willRetry }) => {
    history.write({ event: "ack", jobId, attempt, leaseEpoch, outcome: verdict, willRetry });
  });
}
