/**
 * A tenth more work than the workers can do: eight tenths of it high, one medium, one low. High and medium together
 * fill the workers, so without ageing a low job would wait until the load ends. With it, a low job is lifted to
 * medium and then to high, where it is the oldest: its wait is bounded by the ageing time and what is then queued at
 * high. The ageing times are short here, so that seconds show what takes minutes in production. What the workers can
 * do is measured first; they are few and slow, so that their slots are the bound and not the processors.
 */
import type { Client } from "../../worker-sdk/typescript/index.js";
import type { Measurement, Scenario } from "../scenario.js";
import { benchJob, type JobPlan, submitClosed, submitOpen } from "../support/job-source.js";
import { earliest, expectEachOnce, latencyOf, latest } from "../support/moments.js";
import type { WorkerPool } from "../support/worker-pool.js";

const AGEING_MS = { low: 1_000, medium: 2_000 };
const LEVELS = ["high", "medium", "low"] as const;
const PRIORITY = { high: 4, medium: 3, low: 1 } as const;
/** Of ten jobs. */
const MIX: readonly (typeof LEVELS)[number][] = [...Array<"high">(8).fill("high"), "medium", "low"];

const OVERLOAD = 1.1;
/** Jobs a slot, to find out what the workers can do on this machine today. */
const PROBE_JOBS = 20;
const PROBE_DEADLINE_MS = 60_000;

export const priorities: Scenario = {
  name: "priorities",
  shows:
    "a tenth more jobs than the workers can do: how long each level waits, and how long a low job at most",
  uses: ["seconds", "workers", "slots", "sleepMs", "payloadBytes"],
  parameters: { seconds: 8, slots: 4, sleepMs: 50, rounds: 1, warmUpSeconds: 0 },
  quick: { slots: 4, sleepMs: 50 },
  env: {
    MUSTER_AGEING_LOW_MS: String(AGEING_MS.low),
    MUSTER_AGEING_MEDIUM_MS: String(AGEING_MS.medium),
  },
  async setup(bench) {
    const { seconds, workers, slots, sleepMs, payloadBytes } = bench.parameters;
    const client = bench.client();
    // Nothing is held back in the worker: what waits, waits in the queue and keeps its place there.
    const pool = await bench.startWorkers({ window: slots });
    const plan = { queue: bench.queue, payloadBytes, sleepMs };
    const rate = Math.ceil(OVERLOAD * (await capacity(client, pool, plan, workers * slots * PROBE_JOBS)));
    const jobs = Math.round(rate * seconds);
    const levelOf = (seq: number): (typeof LEVELS)[number] => MIX[seq % MIX.length] ?? "low";
    return {
      async run() {
        await pool.begin(jobs);
        const job = (seq: number) => ({ ...benchJob(seq, plan), priority: PRIORITY[levelOf(seq)] });
        const { answeredUs } = await submitOpen(client, job, { jobs, rate });
        await pool.waitSettled(jobs, (seconds * 2 + 60) * 1_000);
        const { receivedUs, ...rest } = await pool.collect();
        expectEachOnce({ receivedUs, ...rest }, jobs);
        const measured = LEVELS.map((level): Measurement => {
          const waits = [...receivedUs.keys()]
            .filter((seq) => levelOf(seq) === level)
            .map((seq) => ((receivedUs[seq] ?? 0) - (answeredUs[seq] ?? 0)) / 1_000);
          return latencyOf(`${level}: answered -> received`, waits);
        });
        const low = measured.find(({ name }) => name.startsWith("low"));
        const longestMs = low?.kind === "latency" ? low.latencies.at(1) : Number.NaN;
        const figure = (name: string, value: number, unit: string): Measurement => {
          return { kind: "figure", name, value, unit };
        };
        return [
          ...measured,
          figure("offered", rate, "jobs/s"),
          figure("ageing from low to high", AGEING_MS.medium, "ms"),
          figure("longest wait of a low job", longestMs, "ms"),
        ];
      },
    };
  },
};

/** Jobs a second when there are always enough. */
async function capacity(client: Client, pool: WorkerPool, plan: JobPlan, jobs: number): Promise<number> {
  await pool.begin(jobs);
  await submitClosed(client, plan, { jobs, batch: jobs, inFlight: 1 });
  await pool.waitSettled(jobs, PROBE_DEADLINE_MS);
  const { receivedUs, settledUs } = await pool.collect();
  return jobs / ((latest(settledUs) - earliest(receivedUs)) / 1e6);
}
