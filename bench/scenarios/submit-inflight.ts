/** Many submissions of one job under way at once, with workers that run them: the everyday load of a web service. */
import type { Scenario } from "../scenario.js";
import { submitClosed } from "../support/job-source.js";
import { expectEachOnce, latencyBetween, latest, rate } from "../support/moments.js";

export const submitInflight: Scenario = {
  name: "submit-inflight",
  shows: "submissions of one job, 50 in flight, run to completion: accepted and settled a second",
  uses: ["jobs", "inFlight", "workers", "slots", "payloadBytes", "keys"],
  parameters: { jobs: 10_000, inFlight: 50 },
  async setup(bench) {
    const { jobs, payloadBytes, inFlight, keys } = bench.parameters;
    const client = bench.client();
    const pool = await bench.startWorkers();
    return {
      async run() {
        await pool.begin(jobs);
        const cpu = bench.cpu();
        const loop = { jobs, batch: 1, inFlight, keys };
        const { calledUs, answeredUs } = await submitClosed(
          client,
          { queue: bench.queue, payloadBytes },
          loop,
        );
        await pool.waitSettled(jobs, 120_000);
        const cost = cpu.perJob(jobs);
        const receipts = await pool.collect();
        expectEachOnce(receipts, jobs);
        const startUs = calledUs[0] ?? 0;
        return [
          { ...rate("settled", jobs, startUs, latest(receipts.settledUs)), wall: "postgres-insert-1x32" },
          rate("accepted", jobs, startUs, latest(answeredUs)),
          latencyBetween("submit called -> answered", calledUs, answeredUs),
          latencyBetween("submit called -> job received", calledUs, receipts.receivedUs),
          latencyBetween("submit called -> result settled", calledUs, receipts.settledUs),
          cost,
        ];
      },
    };
  },
};
