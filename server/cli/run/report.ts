/**
 * What a finished run was worth: how long it took, against the least it could have taken, and whether it kept its
 * promises (parents before children, each job once). Pure: the graph and the jobs as the server lists them go in,
 * numbers come out. report-text.ts prints them; `--json` prints them as they are.
 *
 *   makespan    from the moment the server accepted the graph to the end of its last job (the server's clock)
 *   bound       the larger of the critical path and work / slots, from the recorded runtimes x time scale:
 *               no scheduler can be faster
 *   efficiency  bound / makespan, 1 is perfect; null when there is no work to measure (time scale 0)
 *   overhead    (makespan - bound) / jobs: what the run took beyond the bound, spread over its jobs
 */
import type { WorkGraph } from "../graph/work-graph.js";
import { criticalPath } from "../graph/critical-path.js";

export const JOB_STATES = [
  "blocked",
  "scheduled",
  "ready",
  "running",
  "succeeded",
  "dead",
  "cancelled",
] as const;
export type JobState = (typeof JOB_STATES)[number];
export type Counts = Readonly<Record<JobState, number>>;

/** One job of the run, as the server lists it afterwards. Times in ms of the server's clock. */
export interface ObservedJob {
  readonly key: string;
  readonly state: JobState;
  readonly attempt: number;
  readonly generation: number;
  readonly leaseEpoch: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
}

export interface RunFacts {
  readonly graphId: string;
  readonly acceptedAtMs: number;
  /** How long the submission took, as the client saw it. */
  readonly submitMs: number;
  /** Slots of the workers that serve the graph's queues; 0 when unknown. */
  readonly slots: number;
  readonly timeScale: number;
}

export interface RunReport {
  readonly name: string;
  readonly format: string;
  readonly graphId: string;
  readonly jobs: number;
  readonly edges: number;
  readonly slots: number;
  readonly timeScale: number;
  readonly counts: Counts;
  readonly submitSeconds: number;
  readonly makespanSeconds: number;
  readonly workSeconds: number;
  readonly criticalPathSeconds: number;
  readonly criticalPathJobs: number;
  /** Null when the slots are unknown. */
  readonly workPerSlotSeconds: number | null;
  readonly boundSeconds: number;
  readonly efficiency: number | null;
  readonly overheadPerJobMs: number;
  readonly jobsPerSecond: number;
  /** The same sums from the run times that the server saw, assignment to committed result. */
  readonly observedWorkSeconds: number;
  readonly observedCriticalPathSeconds: number;
  /** Attempts beyond the first, over all jobs. */
  readonly retries: number;
  /** Edges whose child started before its parent had finished. Must be 0. */
  readonly orderViolations: number;
  /** Jobs that were assigned more than once. 0 unless workers failed or were lost. */
  readonly runMoreThanOnce: number;
  /** Jobs of the graph that the server did not list. Must be 0. */
  readonly missing: number;
}

export function makeReport(graph: WorkGraph, jobs: readonly ObservedJob[], facts: RunFacts): RunReport {
  const byKey = new Map(jobs.map((job) => [job.key, job]));
  const inOrder = graph.tasks.map((task) => byKey.get(task.key));
  const recordedSeconds = graph.tasks.map((task) => task.runtimeSeconds);
  const observedSeconds = inOrder.map(runSeconds);
  const chain = criticalPath(graph, recordedSeconds); // the same chain at every time scale
  const criticalPathSeconds = chain.length * facts.timeScale;
  const workSeconds = sum(recordedSeconds) * facts.timeScale;
  const workPerSlotSeconds = facts.slots > 0 ? workSeconds / facts.slots : null;
  const boundSeconds = Math.max(criticalPathSeconds, workPerSlotSeconds ?? 0);
  const lastEndMs = jobs.reduce((latest, job) => Math.max(latest, job.finishedAtMs ?? 0), facts.acceptedAtMs);
  const makespanSeconds = (lastEndMs - facts.acceptedAtMs) / 1000;
  return {
    name: graph.name,
    format: graph.format,
    graphId: facts.graphId,
    jobs: graph.tasks.length,
    edges: graph.edgeCount,
    slots: facts.slots,
    timeScale: facts.timeScale,
    counts: countStates(jobs),
    submitSeconds: facts.submitMs / 1000,
    makespanSeconds,
    workSeconds,
    criticalPathSeconds,
    criticalPathJobs: chain.positions.length,
    workPerSlotSeconds,
    boundSeconds,
    efficiency: boundSeconds > 0 && makespanSeconds > 0 ? boundSeconds / makespanSeconds : null,
    overheadPerJobMs: ((makespanSeconds - boundSeconds) * 1000) / graph.tasks.length,
    jobsPerSecond: makespanSeconds > 0 ? graph.tasks.length / makespanSeconds : 0,
    observedWorkSeconds: sum(observedSeconds),
    observedCriticalPathSeconds: criticalPath(graph, observedSeconds).length,
    retries: sum(jobs.map((job) => Math.max(0, job.attempt - 1))),
    orderViolations: countOrderViolations(graph, inOrder),
    runMoreThanOnce: jobs.filter((job) => job.attempt > 1 || job.leaseEpoch > 1 || job.generation > 1).length,
    missing: inOrder.filter((job) => job === undefined).length,
  };
}

/** A child that started needs every parent to have finished before; a parent without an end is a violation too. */
function countOrderViolations(graph: WorkGraph, jobs: readonly (ObservedJob | undefined)[]): number {
  let violations = 0;
  for (const [position, child] of jobs.entries()) {
    const startedAtMs = child?.startedAtMs ?? null;
    if (startedAtMs === null) continue;
    for (const parent of graph.parentPositions[position] ?? []) {
      const finishedAtMs = jobs[parent]?.finishedAtMs ?? null;
      if (finishedAtMs === null || finishedAtMs > startedAtMs) violations++;
    }
  }
  return violations;
}

function runSeconds(job: ObservedJob | undefined): number {
  if (job === undefined || job.startedAtMs === null || job.finishedAtMs === null) return 0;
  return Math.max(0, job.finishedAtMs - job.startedAtMs) / 1000;
}

function countStates(jobs: readonly ObservedJob[]): Counts {
  const counts = { blocked: 0, scheduled: 0, ready: 0, running: 0, succeeded: 0, dead: 0, cancelled: 0 };
  for (const job of jobs) counts[job.state]++;
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
