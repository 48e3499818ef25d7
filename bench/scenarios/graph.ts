/**
 * Real graphs: recorded workflows, or the project's own package-lock.json. At time scale 0 nothing works and the
 * makespan is pure coordination; at another scale handlers wait for the recorded runtimes and the efficiency says
 * how close the run came to its bound, the larger of critical path and work / slots. Beside it stands what the order
 * could reach on so many slots if coordination took no time.
 */
import type { Client, JobInput } from "../../worker-sdk/typescript/index.js";
import type { Bench, Measurement, Scenario } from "../scenario.js";
import { monoUs } from "../support/clock.js";
import { type BenchGraph, criticalPathMs, readBenchGraph } from "../support/graph-file.js";
import { benchJob } from "../support/job-source.js";
import { listScheduleMs } from "../support/list-schedule.js";
import { expectEachOnce, latencyOf, latest } from "../support/moments.js";
import type { Receipts } from "../support/worker-messages.js";
import type { WorkerPool } from "../support/worker-pool.js";

export const graph: Scenario = {
  name: "graph",
  shows: "whole graphs, from the call that submits one to its last acknowledged result",
  uses: ["workers", "slots", "timeScale", "criticalPath", "payloadBytes"],
  parameters: { workers: 3, slots: 32 },
  async setup(bench) {
    const client = bench.client();
    const pool = await bench.startWorkers();
    const graphs = bench.graphFiles.map(readBenchGraph);
    return {
      async run() {
        const measured: Measurement[] = [];
        for (const one of graphs) measured.push(...(await runGraph(bench, client, pool, one)));
        return measured;
      },
    };
  },
};

async function runGraph(
  bench: Bench,
  client: Client,
  pool: WorkerPool,
  one: BenchGraph,
): Promise<Measurement[]> {
  const { workers, slots, timeScale, criticalPath, payloadBytes } = bench.parameters;
  const count = one.tasks.length;
  const order = criticalPath === 1 ? "critical-path" : "ready";
  const jobs = one.tasks.map((task, seq): JobInput => {
    const sleepMs = task.runtimeMs * timeScale;
    return {
      ...benchJob(seq, { queue: bench.queue, payloadBytes, sleepMs }),
      key: task.key,
      dependsOn: task.parents.map(String),
      expectedDurationMs: Math.max(1, Math.round(task.runtimeMs * (timeScale || 1))),
    };
  });
  await pool.begin(count);
  const cpu = bench.cpu();
  const calledUs = monoUs();
  await client.submitGraph({ name: one.name, jobs, order });
  const acceptedUs = monoUs();
  await pool.waitSettled(count, 600_000);
  const cost = cpu.perJob(count);
  const receipts = await pool.collect();
  expectEachOnce(receipts, count);
  expectParentsFirst(one, receipts);
  const endUs = latest(receipts.settledUs);
  const workMs = one.tasks.reduce((sum, task) => sum + task.runtimeMs, 0) * timeScale;
  const boundMs = Math.max(criticalPathMs(one) * timeScale, workMs / (workers * slots));
  const bestMs = listScheduleMs(one, workers * slots, order) * timeScale;
  const makespanMs = (endUs - calledUs) / 1_000;
  const figure = (name: string, value: number, unit: string): Measurement => {
    return { kind: "figure", name: `${one.name} (${count} jobs): ${name}`, value, unit };
  };
  return [
    figure("makespan, call -> last settled", makespanMs, "ms"),
    figure("submission", (acceptedUs - calledUs) / 1_000, "ms"),
    figure("accepted -> last settled", (endUs - acceptedUs) / 1_000, "ms"),
    ...(boundMs > 0
      ? [
          figure("efficiency", boundMs / ((endUs - acceptedUs) / 1_000), "of 1"),
          figure("efficiency of this order if coordination took no time", boundMs / bestMs, "of 1"),
        ]
      : []),
    latencyOf(`${one.name}: last parent's result sent -> received`, hops(one, receipts)),
    { ...cost, name: `a job of ${one.name}` },
  ];
}

/** For every task with parents: from the moment its last parent's result was on its way. */
function* hops({ tasks }: BenchGraph, { receivedUs, returnedUs }: Receipts): Generator<number> {
  for (const [position, { parents }] of tasks.entries()) {
    if (parents.length === 0) continue;
    const lastUs = Math.max(...parents.map((parent) => returnedUs[parent] ?? 0));
    yield ((receivedUs[position] ?? 0) - lastUs) / 1_000;
  }
}

/** @throws Error when a task began before all its parents had returned */
function expectParentsFirst({ tasks }: BenchGraph, { receivedUs, returnedUs }: Receipts): void {
  for (const [position, { parents }] of tasks.entries()) {
    const early = parents.find((parent) => (returnedUs[parent] ?? Infinity) > (receivedUs[position] ?? 0));
    if (early !== undefined)
      throw new Error(`task ${position} began before its parent ${early} had returned`);
  }
}
