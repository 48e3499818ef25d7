/**
 * Two layers, as between map and reduce: every job of the second waits for every job of the first. From the last result
 * of the first layer to the first and to the last job of the second in a handler. So many edges meet in few commits,
 * and each job of the second layer is given what all of the first gave: `--output-bytes` of each.
 */
import type { Client, JobInput } from "../../worker-sdk/typescript/index.js";
import type { Bench, Measurement, Scenario } from "../scenario.js";
import { residentBytes } from "../support/cpu.js";
import { benchJob } from "../support/job-source.js";
import { earliest, expectEachOnce, latencyOf, latest } from "../support/moments.js";
import type { WorkerPool } from "../support/worker-pool.js";

/** Jobs of a layer: 2,500 and 90,000 edges. */
const WIDTHS = [50, 300];
/** Graphs of each width in a round, so that a round has a distribution. */
const GRAPHS = new Map([
  [50, 10],
  [300, 3],
]);

export const shuffle: Scenario = {
  name: "shuffle",
  shows:
    "two layers of 50 and of 300 jobs, each of the second waiting for all of the first: last result of the first sent -> first and last of the second received",
  uses: ["jobs", "workers", "slots", "payloadBytes", "outputBytes"],
  parameters: { jobs: 600, workers: 2, slots: 600 },
  async setup(bench) {
    const client = bench.client();
    const pool = await bench.startWorkers();
    const widths = WIDTHS.filter((width) => 2 * width <= Math.max(100, bench.parameters.jobs));
    return {
      async run() {
        const measured: Measurement[] = [];
        for (const width of widths) measured.push(...(await graphs(bench, client, pool, width)));
        const [server] = bench.servers;
        if (server === undefined) throw new Error("no server");
        const value = residentBytes(server.pid) / 2 ** 20;
        return [...measured, { kind: "figure", name: "server in all", value, unit: "MB" }];
      },
    };
  },
};

async function graphs(bench: Bench, client: Client, pool: WorkerPool, width: number): Promise<Measurement[]> {
  const { payloadBytes, outputBytes } = bench.parameters;
  const plan = { queue: bench.queue, payloadBytes };
  const keys = Array.from({ length: width }, (_, at) => String(at));
  const first = keys.map((key, at): JobInput => ({ ...benchJob(at, { ...plan, outputBytes }), key }));
  const second = keys.map((_, at): JobInput => ({ ...benchJob(width + at, plan), dependsOn: keys }));
  const jobs = [...first, ...second];
  const [toFirst, toLast]: [number[], number[]] = [[], []];
  for (let graph = 0; graph < (bench.isQuick ? 1 : (GRAPHS.get(width) ?? 1)); graph++) {
    await pool.begin(jobs.length);
    await client.submitGraph({ name: "shuffle", jobs });
    await pool.waitSettled(jobs.length, 120_000);
    const receipts = await pool.collect();
    expectEachOnce(receipts, jobs.length);
    const sentUs = latest(receipts.returnedUs.subarray(0, width));
    const receivedUs = receipts.receivedUs.subarray(width);
    toFirst.push((earliest(receivedUs) - sentUs) / 1_000);
    toLast.push((latest(receivedUs) - sentUs) / 1_000);
  }
  return [
    latencyOf(`${width} x ${width}: last result sent -> first of the second layer received`, toFirst),
    latencyOf(`${width} x ${width}: last result sent -> last of the second layer received`, toLast),
  ];
}
