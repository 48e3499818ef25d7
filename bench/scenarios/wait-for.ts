/** Jobs that are submitted and waited for, as a service does that needs the answer: `submit`, then `waitFor`. */
import type { Scenario } from "../scenario.js";
import { monoUs } from "../support/clock.js";
import { benchJob } from "../support/job-source.js";
import { expectEachOnce, latencyOf, rate } from "../support/moments.js";

export const waitFor: Scenario = {
  name: "wait-for",
  shows: "one job submitted and waited for, 4 in flight: from the call to its end in the caller's hands",
  uses: ["jobs", "inFlight", "workers", "slots", "payloadBytes"],
  parameters: { jobs: 1_000, inFlight: 4 },
  async setup(bench) {
    const { jobs, inFlight, payloadBytes } = bench.parameters;
    const client = bench.client();
    const pool = await bench.startWorkers();
    const plan = { queue: bench.queue, payloadBytes };
    return {
      async run() {
        await pool.begin(jobs);
        const cpu = bench.cpu();
        const delays: number[] = [];
        let next = 0;
        const lane = async (): Promise<void> => {
          while (next < jobs) {
            const calledUs = monoUs();
            const { id } = await client.submit(benchJob(next++, plan));
            const { state } = await client.waitFor(id);
            if (state !== "succeeded") throw new Error(`${id}: expected succeeded, got ${state}`);
            delays.push((monoUs() - calledUs) / 1_000);
          }
        };
        const startUs = monoUs();
        await Promise.all(Array.from({ length: inFlight }, lane));
        const measured = [
          rate("waited for", jobs, startUs, monoUs()),
          latencyOf("submit called -> end known", delays),
          cpu.perJob(jobs),
        ];
        await pool.waitSettled(jobs, 60_000);
        expectEachOnce(await pool.collect(), jobs);
        return measured;
      },
    };
  },
};
