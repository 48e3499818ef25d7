/**
 * A quiet system: one job every 20 ms, each taken at once by a worker that waits. At this rate the processors sleep
 * between jobs, so every hop between processes shows. Answered -> received may be negative: the push overtook the
 * answer.
 */
import type { Scenario } from "../scenario.js";
import { benchJob, submitOpen } from "../support/job-source.js";
import { expectEachOnce, latencyBetween } from "../support/moments.js";

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
    return {
      async run() {
        await pool.begin(jobs);
        const cpu = bench.cpu();
        const loop = { jobs, rate: bench.parameters.rate };
        const { calledUs, answeredUs } = await submitOpen(client, (seq) => benchJob(seq, plan), loop);
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
      },
    };
  },
};
