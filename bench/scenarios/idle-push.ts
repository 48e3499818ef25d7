/**
 * A quiet system: one job every 20 ms, each taken at once by a worker that waits. At this rate the processors sleep
 * between jobs, so every hop between processes shows. Answered -> received may be negative: the push overtook the
 * answer.
 */
import type { Measurement, Scenario } from "../scenario.js";
import { benchJob, submitOpen } from "../support/job-source.js";
import { expectEachOnce, latencyBetween } from "../support/moments.js";

/** How much faster than in a round the jobs come that warm up: at its rate that would take minutes. */
const HURRY = 10;

export const idlePush: Scenario = {
  name: "idle-push",
  shows: "one job at a time on an idle system, open loop: submit called, answered, job received",
  uses: ["jobs", "rate", "workers", "slots", "payloadBytes"],
  parameters: { jobs: 500, rate: 50 },
  async setup(bench) {
    const { jobs, payloadBytes } = bench.parameters;
    const client = bench.client();
    const pool = await bench.startWorkers();
    const plan = { queue: bench.queue, payloadBytes };
    const round = async (rate: number): Promise<readonly Measurement[]> => {
      await pool.begin(jobs);
      const cpu = bench.cpu();
      const { calledUs, answeredUs } = await submitOpen(client, (seq) => benchJob(seq, plan), { jobs, rate });
      await pool.waitSettled(jobs, 60_000);
      const cost = cpu.perJob(jobs);
      const receipts = await pool.collect();
      expectEachOnce(receipts, jobs);
      return [
        latencyBetween("submit called -> answered", calledUs, answeredUs),
        latencyBetween("submit answered -> job received", answeredUs, receipts.receivedUs),
        latencyBetween("submit called -> job received", calledUs, receipts.receivedUs),
        latencyBetween("result sent -> settled", receipts.returnedUs, receipts.settledUs),
        cost,
      ];
    };
    return {
      run: () => round(bench.parameters.rate),
      warmUp: () => round(bench.parameters.rate * HURRY),
    };
  },
};
