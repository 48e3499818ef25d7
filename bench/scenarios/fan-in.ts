/** Many parents, one child that waits for all of them: from the last parent's result to the child in a handler. */
import type { Client, JobInput } from "../../worker-sdk/typescript/index.js";
import type { Bench, Measurement, Scenario } from "../scenario.js";
import { benchJob } from "../support/job-source.js";
import { expectEachOnce, latencyOf, latest } from "../support/moments.js";
import type { WorkerPool } from "../support/worker-pool.js";

const WIDTHS = [50, 1_000, 10_000];
const FANS = new Map([
  [50, 20],
  [1_000, 5],
  [10_000, 1],
]);

export const fanIn: Scenario = {
  name: "fan-in",
  shows:
    "the last parent's result sent -> the child of all of them received, for 50, 1,000 and 10,000 parents",
  uses: ["jobs", "workers", "slots", "payloadBytes"],
  parameters: { jobs: 10_000, workers: 2, slots: 600 },
  async setup(bench) {
    const client = bench.client();
    const pool = await bench.startWorkers();
    const widths = WIDTHS.filter((width) => width <= Math.max(50, bench.parameters.jobs));
    return {
      async run() {
        const measured: Measurement[] = [];
        for (const width of widths) measured.push(await fans(bench, client, pool, width));
        return measured;
      },
    };
  },
};

async function fans(bench: Bench, client: Client, pool: WorkerPool, width: number): Promise<Measurement> {
  const plan = { queue: bench.queue, payloadBytes: bench.parameters.payloadBytes };
  const keys = Array.from({ length: width }, (_, at) => String(at));
  const parents = keys.map((key, at): JobInput => ({ ...benchJob(at, plan), key }));
  const jobs = [...parents, { ...benchJob(width, plan), dependsOn: keys }];
  const delays: number[] = [];
  for (let fan = 0; fan < (bench.isQuick ? 1 : (FANS.get(width) ?? 1)); fan++) {
    await pool.begin(jobs.length);
    await client.submitGraph({ name: "fan-in", jobs });
    await pool.waitSettled(jobs.length, 120_000);
    const receipts = await pool.collect();
    expectEachOnce(receipts, jobs.length);
    const lastSentUs = latest(receipts.returnedUs.subarray(0, width));
    delays.push(((receipts.receivedUs[width] ?? 0) - lastSentUs) / 1_000);
  }
  return latencyOf(`${width} parents: last result sent -> child received`, delays);
}
