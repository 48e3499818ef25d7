/**
 * `muster dev`: everything on one machine. The server runs in this process, embedded (a database in a folder, queues
 * in memory) unless DATABASE_URL and REDIS_URL name real ones; workers are child processes. `--run` runs one graph
 * through it and leaves with its exit code. It cleans up after itself: workers first, then the server, then a
 * temporary folder if it made one.
 */
import type { Command } from "commander";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "../../../worker-sdk/typescript/index.js";
import { withClient } from "../connect.js";
import { Cleanup } from "../dev/cleanup.js";
import { WorkerProcesses } from "../dev/worker-processes.js";
import { EXIT_CODE_HELP } from "../exit-codes.js";
import { readGraphFile } from "../graph/read-graph-file.js";
import type { WorkGraph } from "../graph/work-graph.js";
import { onInterrupt } from "../interrupt.js";
import { namespaceOption, wholeNumber } from "../options.js";
import { printJson, printLine, printNote } from "../output.js";
import { graphJobs, queuesOf } from "../run/graph-jobs.js";
import { reportText } from "../run/report-text.js";
import { expectSuccess, runGraph } from "../run/run-graph.js";
import { type GraphOptions, graphOptions, runOptions } from "../run/run-options.js";
import { readServerConfig, type RunningServer, startServer } from "../server-access.js";

const DEADLINE_MS = 120_000;
const ONLINE_POLL_MS = 50;

interface Options extends GraphOptions {
  readonly namespace: string;
  readonly port?: number;
  readonly dataDir?: string;
  readonly workers?: number;
  readonly concurrency: number;
  readonly exec?: boolean;
  readonly logFile?: string;
  readonly run?: string;
  readonly json?: boolean;
}

export function addDev(program: Command): void {
  const command = program
    .command("dev")
    .description("run everything on this machine: a server, and workers if asked for")
    .option("--workers <n>", "worker processes to start (default: 0, with --run 3)", wholeNumber(0, 256))
    .option("--concurrency <n>", "jobs at once in each worker", wholeNumber(1, 10_000), 32)
    .option("--exec", "the workers run the jobs' command lines instead of replaying their runtimes")
    .option("--log-file <path>", "the workers append what happens to each job to this file")
    .option("--run <file>", "run this graph, report, and leave with its exit code")
    .option(
      "--port <n>",
      "to listen on; 0 is any free one (MUSTER_PORT, or 7878; with --run any)",
      wholeNumber(0, 65_535),
    )
    .option(
      "--data-dir <path>",
      "of the embedded database (MUSTER_DATA_DIR, or .muster; with --run a temporary one)",
    )
    .option("--json", "print the report as JSON")
    .addOption(namespaceOption());
  graphOptions(command).addHelpText("after", EXIT_CODE_HELP).action(dev);
}

async function dev(options: Options): Promise<void> {
  // A bad file is told before anything is started.
  const graph = options.run === undefined ? null : await readGraphFile(options.run);
  using interrupt = onInterrupt();
  await using cleanup = new Cleanup();
  const server = await startDevServer(options, cleanup);
  const count = options.workers ?? (graph === null ? 0 : 3);
  const workers = count === 0 ? null : startWorkers(options, count, server.grpcAddress, graph);
  cleanup.defer(() => workers?.stop());
  const failed = workers?.failed ?? new Promise<never>(() => undefined);
  if (graph !== null)
    return await Promise.race([
      failed,
      runOnce(options, graph, { address: server.grpcAddress, workerCount: count, signal: interrupt.signal }),
    ]);
  printLine(
    `listening on ${server.grpcAddress}${count === 0 ? "" : `, ${count === 1 ? "1 worker" : `${count} workers`} with ${options.concurrency} slots each`}`,
  );
  if (server.metricsAddress !== null) printLine(`metrics on http://${server.metricsAddress}/metrics`);
  if (!interrupt.signal.aborted) await Promise.race([failed, once(interrupt.signal, "abort")]);
}

/** Quiet unless the environment says otherwise: the log of a server is not what a person at a terminal wants. */
async function startDevServer(options: Options, cleanup: Cleanup): Promise<RunningServer> {
  const isOneRun = options.run !== undefined;
  const config = await readServerConfig({
    ...(process.env["MUSTER_LOG_LEVEL"] === undefined && { MUSTER_LOG_LEVEL: "warn" }),
    ...(options.port !== undefined && { MUSTER_PORT: String(options.port) }),
    ...(options.port === undefined && isOneRun && { MUSTER_PORT: "0" }),
    ...(isOneRun && process.env["MUSTER_METRICS_PORT"] === undefined && { MUSTER_METRICS_PORT: "0" }),
    ...(options.dataDir !== undefined && { MUSTER_DATA_DIR: options.dataDir }),
    ...(options.dataDir === undefined && isOneRun && { MUSTER_DATA_DIR: await temporaryFolder(cleanup) }),
  });
  const where =
    config.mode === "servers" ? "on DATABASE_URL and REDIS_URL" : "embedded: one process, one machine";
  printNote(`muster dev: ${where}`);
  const server = await startServer(config);
  cleanup.defer(() => server.stop());
  return server;
}

async function temporaryFolder(cleanup: Cleanup): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "muster-dev-"));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function startWorkers(
  options: Options,
  count: number,
  address: string,
  graph: WorkGraph | null,
): WorkerProcesses {
  const what = options.exec === true ? ["--exec"] : ["--replay", "--time-scale", String(options.timeScale)];
  const log = options.logFile === undefined ? [] : ["--log-file", options.logFile];
  const queues = graph === null ? new Set([options.queue]) : queuesOf(graphJobs(graph, runOptions(options)));
  return new WorkerProcesses({
    count,
    address,
    namespace: options.namespace,
    args: [
      ...what,
      "--queue",
      ...queues,
      "--concurrency",
      String(options.concurrency),
      "--drain-timeout",
      "2",
      "--quiet",
      "--stdin",
      ...log,
    ],
  });
}

async function runOnce(
  options: Options,
  graph: WorkGraph,
  work: { readonly address: string; readonly workerCount: number; readonly signal: AbortSignal },
): Promise<void> {
  const { address, workerCount, signal } = work;
  const report = await withClient(
    { address, namespace: options.namespace },
    async (client) => {
      await untilOnline(client, workerCount, signal);
      return runGraph(client, graph, { ...runOptions(options), signal, serverStays: false });
    },
    DEADLINE_MS,
  );
  if (options.json === true) printJson(report);
  else printLine(reportText(report));
  expectSuccess(report);
}

/** A run is measured against the slots it has, so it starts when they are there. */
async function untilOnline(client: Client, workerCount: number, signal: AbortSignal): Promise<void> {
  while ((await client.workers({ states: ["online"] })).length < workerCount) {
    await sleep(ONLINE_POLL_MS, undefined, { signal });
  }
}
