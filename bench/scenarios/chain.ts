/** Jobs in a row, each waiting for the one before: the time from a result to the job that it unblocked. */
import type { Scenario } from "../scenario.js";
import { benchJob } from "../support/job-source.js";
import { expectEachOnce, latencyOf } from "../support/moments.js";

export const chain: Scenario = {
  name: "chain",
  shows: "a chain of jobs: one step's result sent -> next step received",
  uses: ["jobs", "workers", "slots", "payloadBytes"],
  parameters: { jobs: 300 },
  async setup(bench) {
    const { jobs, payloadBytes } = bench.parameters;
    const client = bench.client();
    const pool = await bench.startWorkers();
    const plan = { queue: bench.queue, payloadBytes };
    const steps = Array.from({ length: jobs }, (_, seq) => ({
      ...benchJob(seq, plan),
      key: String(seq),
      ...(seq > 0 && { dependsOn: [String(seq - 1)] }),
    }));
    return {
      async run() {
        await pool.begin(jobs);
        const cpu = bench.cpu();
        await client.submitGraph({ name: "chain", jobs: steps });
        await pool.waitSettled(jobs, 120_000);
        const cost = cpu.perJob(jobs);
        const receipts = await pool.collect();
        expectEachOnce(receipts, jobs);
        const hops = Array.from({ length: jobs - 1 }, (_, seq) => {
          return ((receipts.receivedUs[seq + 1] ?? 0) - (receipts.returnedUs[seq] ?? 0)) / 1_000;
        });
        return [latencyOf("result sent -> next received", hops), cost];
      },
    };
  },
};
