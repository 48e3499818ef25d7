/**
 * Runs one graph through a server and measures it: submit, follow, list, report. `muster run` and `muster dev --run`
 * call it; it prints progress and notes on standard error and leaves the result to its caller.
 */
import { randomUUID } from "node:crypto";
import type { Client, GraphView, JobInput, JobView } from "../../../worker-sdk/typescript/index.js";
import { CliError, EXIT } from "../exit-codes.js";
import type { WorkGraph } from "../graph/work-graph.js";
import { printNote } from "../output.js";
import { followGraph } from "./follow-graph.js";
import { graphJobs, type JobDefaults, queuesOf } from "./graph-jobs.js";
import { JOB_STATES, makeReport, type ObservedJob, type RunReport } from "./report.js";
import { slotsFor } from "./slots.js";

const PAGE_SIZE = 1000;
const FAILURES_SHOWN = 5;

export interface RunOptions extends JobDefaults {
  readonly timeScale: number;
  /** Undefined: as many as the workers of the graph's queues have. */
  readonly slots: number | undefined;
  readonly quiet: boolean;
  readonly signal: AbortSignal;
  /** True when the graph goes on without us after an interrupt. */
  readonly serverStays: boolean;
}

export interface Submission {
  readonly graphId: string;
  readonly jobs: readonly JobInput[];
  readonly submitMs: number;
}

/** @throws MusterClientError when the server refuses the graph; nothing is written then */
export async function submitWorkGraph(
  client: Client,
  graph: WorkGraph,
  defaults: JobDefaults,
): Promise<Submission> {
  const jobs = graphJobs(graph, defaults);
  const startedMonoMs = performance.now();
  // With a key of its own the submission may be repeated when the connection is lost on the way.
  const { graphId } = await client.submitGraph({
    name: graph.name,
    jobs,
    idempotencyKey: randomUUID(),
    order: defaults.expectedScale === null ? "ready" : "critical-path",
    ...(graph.timeoutSeconds !== undefined && { timeoutMs: graph.timeoutSeconds * 1000 }),
  });
  return { graphId, jobs, submitMs: performance.now() - startedMonoMs };
}

/**
 * Runs the graph to its end.
 * @throws AbortError when `signal` aborts; the graph goes on without us
 */
export async function runGraph(client: Client, graph: WorkGraph, options: RunOptions): Promise<RunReport> {
  for (const note of graph.notes) printNote(`note: ${note}`);
  const submission = await submitWorkGraph(client, graph, options);
  const queues = queuesOf(submission.jobs);
  const slotsBefore = options.slots ?? (await expectWorkers(client, queues));
  const ended = await follow(client, submission.graphId, options);
  const jobs: JobView[] = [];
  const filter = { graphId: submission.graphId, omitBodies: true, oldestFirst: true, pageSize: PAGE_SIZE };
  for await (const job of client.listAll(filter)) jobs.push(job);
  showFailures(jobs);
  const slotsAfter = options.slots ?? slotsFor(queues, await client.workers());
  return makeReport(graph, jobs.map(toObserved), {
    graphId: submission.graphId,
    acceptedAtMs: ended.createdAt?.getTime() ?? 0,
    submitMs: submission.submitMs,
    slots: Math.max(slotsBefore, slotsAfter), // workers may come while it runs
    timeScale: options.timeScale,
  });
}

/** @throws CliError (work failed) unless every job succeeded and every promise was kept */
export function expectSuccess(report: RunReport): void {
  const failed = report.jobs - report.counts.succeeded;
  const field = `graph ${report.graphId}`;
  if (failed > 0)
    throw new CliError(
      EXIT.workFailed,
      `${field}: expected ${report.jobs} jobs to succeed, got ${failed} that did not`,
    );
  if (report.orderViolations > 0) {
    const got = `${report.orderViolations} that started before`;
    throw new CliError(
      EXIT.workFailed,
      `${field}: expected every job to start after its parents had finished, got ${got}`,
    );
  }
}

async function follow(client: Client, graphId: string, options: RunOptions): Promise<GraphView> {
  try {
    return await followGraph(client, graphId, { signal: options.signal, quiet: options.quiet });
  } catch (error) {
    if (options.signal.aborted && options.serverStays) {
      printNote(
        `graph ${graphId} goes on; follow it: muster graph ${graphId} --watch; stop it: muster cancel ${graphId}`,
      );
    }
    throw error;
  }
}

async function expectWorkers(client: Client, queues: ReadonlySet<string>): Promise<number> {
  const slots = slotsFor(queues, await client.workers());
  if (slots === 0) {
    printNote(
      `note: no worker serves ${[...queues].join(", ")} yet; the jobs wait for one (muster worker --replay)`,
    );
  }
  return slots;
}

function showFailures(jobs: readonly JobView[]): void {
  const dead = jobs.filter((job) => job.state === "dead");
  for (const job of dead.slice(0, FAILURES_SHOWN)) {
    const error =
      job.error === undefined ? "" : `: ${job.error.errorType}: ${job.error.message.split("\n")[0]}`;
    printNote(`dead: ${job.key} (${job.id}) ${job.stateReason}${error}`);
  }
  if (dead.length > FAILURES_SHOWN) printNote(`dead: ${dead.length - FAILURES_SHOWN} more`);
}

function toObserved(job: JobView): ObservedJob {
  const state = JOB_STATES.find((known) => known === job.state);
  if (state === undefined) {
    throw new CliError(
      EXIT.unexpected,
      `job ${job.id}: expected a state that this client knows, got ${job.state}`,
    );
  }
  return {
    key: job.key,
    state,
    attempt: job.attempt,
    generation: job.generation,
    leaseEpoch: job.leaseEpoch,
    startedAtMs: job.startedAt?.getTime() ?? null,
    finishedAtMs: job.finishedAt?.getTime() ?? null,
  };
}
