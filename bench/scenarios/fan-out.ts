/**
 * One parent, many children: from the parent's result to the first and to the last child in a handler. The parent
 * of each round is submitted alone with its children; the clock starts when its result is sent, so the result's way
 * to the server is part of the figure.
 */
import type { Client, JobInput } from "../../worker-sdk/typescript/index.js";
import type { Bench, Measurement, Scenario } from "../scenario.js";
import { benchJob } from "../support/job-source.js";
import { earliest, expectEachOnce, latencyOf, latest } from "../support/moments.js";
import type { WorkerPool } from "../support/worker-pool.js";

const WIDTHS = [50, 1_000, 10_000];
/** Fans of each width in a round, so that a round has a distribution. */
const FANS = new Map([
  [50, 20],
  [1_000, 5],
  [10_000, 1],
]);

export const fanOut: Scenario = {
  name: "fan-out",
  shows: "a parent's result sent -> its first and last child received, for 50, 1,000 and 10,000 children",
  uses: ["jobs", "workers", "slots", "payloadBytes"],
  parameters: { jobs: 10_000, workers: 2, slots: 600 },
  async setup(bench) {
    const client = bench.client();
    const pool = await bench.startWorkers();
    const widths = WIDTHS.filter((width) => width <= Math.max(50, bench.parameters.jobs));
    return {
      async run() {
        const measured: Measurement[] = [];
        for (const width of widths) measured.push(...(await fans(bench, client, pool, width)));
        return measured;
      },
    };
  },
};

async function fans(bench: Bench, client: Client, pool: WorkerPool, width: number): Promise<Measurement[]> {
  const { payloadBytes } = bench.parameters;
  const plan = { queue: bench.queue, payloadBytes };
  const children = Array.from({ length: width }, (_, at): JobInput => ({
    ...benchJob(at + 1, plan),
    dependsOn: ["parent"],
  }));
  const jobs = [{ ...benchJob(0, plan), key: "parent" }, ...children];
  const [first, last, each]: [number[], number[], number[]] = [[], [], []];
  for (let fan = 0; fan < (bench.isQuick ? 1 : (FANS.get(width) ?? 1)); fan++) {
    await pool.begin(jobs.length);
    await client.submitGraph({ name: "fan-out", jobs });
    await pool.waitSettled(jobs.length, 120_000);
    const receipts = await pool.collect();
    expectEachOnce(receipts, jobs.length);
    const sentUs = receipts.returnedUs[0] ?? 0;
    const receivedUs = receipts.receivedUs.subarray(1);
    first.push((earliest(receivedUs) - sentUs) / 1_000);
    last.push((latest(receivedUs) - sentUs) / 1_000);
    each.push((latest(receivedUs) - sentUs) / width);
  }
  const figures = each.map((us): Measurement => {
    return { kind: "figure", name: `cost of a child, ${width} children`, value: us, unit: "us" };
  });
  return [
    latencyOf(`${width} children: result sent -> first received`, first),
    latencyOf(`${width} children: result sent -> last received`, last),
    ...figures,
  ];
}
