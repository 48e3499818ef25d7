/** Jobs that carry something: payload in and result out of the same size, from 1 KiB to near the limit. */
import type { Measurement, Scenario } from "../scenario.js";
import { submitClosed } from "../support/job-source.js";
import { expectEachOnce, latencyBetween, latest } from "../support/moments.js";

const SIZES = [1_024, 16_384, 131_072, 250_000];
/** About as many bytes for every size. */
const ROUND_BYTES = 64 * 2 ** 20;

export const largePayloads: Scenario = {
  name: "large-payloads",
  shows: "payloads and results of 1 KiB to 250 kB, submitted in pieces of 1 MB with workers running",
  uses: ["jobs", "workers", "slots"],
  parameters: { jobs: 2_000, slots: 32 },
  quick: { jobs: 20 },
  async setup(bench) {
    const client = bench.client();
    const pool = await bench.startWorkers();
    return {
      async run() {
        const measured: Measurement[] = [];
        for (const bytes of SIZES) {
          const jobs = Math.min(bench.parameters.jobs, Math.ceil(ROUND_BYTES / bytes));
          const plan = { queue: bench.queue, payloadBytes: bytes, outputBytes: bytes };
          const batch = Math.max(1, Math.floor(1_000_000 / bytes));
          await pool.begin(jobs);
          const moments = await submitClosed(client, plan, { jobs, batch, inFlight: 2 });
          await pool.waitSettled(jobs, 120_000);
          const receipts = await pool.collect();
          expectEachOnce(receipts, jobs);
          const seconds = (latest(receipts.settledUs) - (moments.calledUs[0] ?? 0)) / 1e6;
          const name = `${bytes} bytes each way`;
          measured.push(
            { kind: "figure", name, value: (jobs * bytes * 2) / seconds / 1e6, unit: "MB/s" },
            { kind: "figure", name: `${name}: settled`, value: jobs / seconds, unit: "jobs/s" },
            latencyBetween(`${name}: called -> received`, moments.calledUs, receipts.receivedUs),
          );
        }
        return measured;
      },
    };
  },
};
