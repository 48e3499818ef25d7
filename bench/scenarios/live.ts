/** A producer that submits in batches while workers run: from the first call to the last acknowledged result. */
import type { Scenario } from "../scenario.js";
import { submitClosed } from "../support/job-source.js";
import { expectEachOnce, latencyBetween, latest, rate } from "../support/moments.js";

export const live: Scenario = {
  name: "live",
  shows: "submits of 500 with workers running: settled a second from the first call on",
  uses: ["jobs", "batch", "inFlight", "workers", "slots", "payloadBytes"],
  parameters: { jobs: 20_000 },
  async setup(bench) {
    const { jobs, payloadBytes, batch, inFlight } = bench.parameters;
    const client = bench.client();
    const pool = await bench.startWorkers();
    return {
      async run() {
        await pool.begin(jobs);
        const cpu = bench.cpu();
        const plan = { queue: bench.queue, payloadBytes };
        const { calledUs, answeredUs } = await submitClosed(client, plan, { jobs, batch, inFlight });
        await pool.waitSettled(jobs, 300_000);
        const cost = cpu.perJob(jobs);
        const receipts = await pool.collect();
        expectEachOnce(receipts, jobs);
        const startUs = calledUs[0] ?? 0;
        return [
          { ...rate("settled", jobs, startUs, latest(receipts.settledUs)), wall: "postgres-cycle" },
          rate("accepted", jobs, startUs, latest(answeredUs)),
          latencyBetween("batch called -> answered", calledUs, answeredUs),
          latencyBetween("batch answered -> job received", answeredUs, receipts.receivedUs),
          latencyBetween("result sent -> settled", receipts.returnedUs, receipts.settledUs),
          cost,
        ];
      },
    };
  },
};
