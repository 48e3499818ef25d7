/**
 * Many parents, one child that waits for all of them: from the last parent's result to the child in a handler. All
 * together: parents without work, whose results come at one moment, so that the last stands behind all others. The last
 * alone: it works until the results of the others are settled, which leaves what the join itself takes.
 */
import type { Client, JobInput } from "../../worker-sdk/typescript/index.js";
import type { Bench, Measurement, Scenario } from "../scenario.js";
import { benchJob } from "../support/job-source.js";
import { expectEachOnce, latencyOf, latest } from "../support/moments.js";
import type { WorkerPool } from "../support/worker-pool.js";

const WIDTHS = [50, 1_000, 10_000];
/** How long the last parent works. Measured, not trusted: a fan in which another result was not settled by then fails. */
const LAST_ALONE_MS = new Map([
  [50, 500],
  [1_000, 500],
  [10_000, 3_000],
]);
const FANS = new Map([
  [50, 20],
  [1_000, 5],
  [10_000, 1],
]);

export const fanIn: Scenario = {
  name: "fan-in",
  shows:
    "the last parent's result sent -> the child of all of them received, for 50, 1,000 and 10,000 parents: whose results come together, and of which the last comes alone",
  uses: ["jobs", "workers", "slots", "payloadBytes"],
  parameters: { jobs: 10_000, workers: 2, slots: 600 },
  async setup(bench) {
    const client = bench.client();
    const pool = await bench.startWorkers();
    const widths = WIDTHS.filter((width) => width <= Math.max(50, bench.parameters.jobs));
    return {
      async run() {
        const measured: Measurement[] = [];
        for (const width of widths) {
          measured.push(await fans(bench, client, pool, width, 0));
          measured.push(await fans(bench, client, pool, width, LAST_ALONE_MS.get(width) ?? 0));
        }
        return measured;
      },
    };
  },
};

async function fans(
  bench: Bench,
  client: Client,
  pool: WorkerPool,
  width: number,
  lastAloneMs: number,
): Promise<Measurement> {
  const plan = { queue: bench.queue, payloadBytes: bench.parameters.payloadBytes };
  const keys = Array.from({ length: width }, (_, at) => String(at));
  const parents = keys.map((key, at): JobInput => {
    const sleepMs = at === width - 1 ? lastAloneMs : 0;
    return { ...benchJob(at, { ...plan, sleepMs }), key };
  });
  const jobs = [...parents, { ...benchJob(width, plan), dependsOn: keys }];
  const delays: number[] = [];
  for (let fan = 0; fan < (bench.isQuick ? 1 : (FANS.get(width) ?? 1)); fan++) {
    await pool.begin(jobs.length);
    await client.submitGraph({ name: "fan-in", jobs });
    await pool.waitSettled(jobs.length, 120_000);
    const receipts = await pool.collect();
    expectEachOnce(receipts, jobs.length);
    const lastSentUs = latest(receipts.returnedUs.subarray(0, width));
    if (lastAloneMs > 0) expectAlone(latest(receipts.settledUs.subarray(0, width - 1)), lastSentUs);
    delays.push(((receipts.receivedUs[width] ?? 0) - lastSentUs) / 1_000);
  }
  const which = lastAloneMs > 0 ? "the last alone" : "all together";
  return latencyOf(`${width} parents, ${which}: last result sent -> child received`, delays);
}

function expectAlone(othersSettledUs: number, lastSentUs: number): void {
  if (othersSettledUs < lastSentUs) return;
  const lateMs = Math.round((othersSettledUs - lastSentUs) / 1_000);
  throw new Error(
    `the last parent was not alone: another's result was settled ${lateMs} ms after it was sent`,
  );
}
