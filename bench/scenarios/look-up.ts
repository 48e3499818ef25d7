/** Jobs that are looked up by their ids, by clients that wait for each answer: what pages and pollers do. */
import type { Scenario } from "../scenario.js";
import { monoUs } from "../support/clock.js";
import { benchJob } from "../support/job-source.js";
import { latencyOf, rate } from "../support/moments.js";

/** They wait for a worker that never comes. */
const JOBS = 500;

export const lookUp: Scenario = {
  name: "look-up",
  shows: "GetJob of one of 500 waiting jobs, 16 calls in flight: answered a second",
  uses: ["jobs", "inFlight", "payloadBytes"],
  parameters: { jobs: 2_000, inFlight: 16 },
  async setup(bench) {
    const { jobs: calls, inFlight, payloadBytes } = bench.parameters;
    const client = bench.client();
    const plan = { queue: bench.queue, payloadBytes };
    const submitted = await client.submit(Array.from({ length: JOBS }, (_, seq) => benchJob(seq, plan)));
    return {
      async run() {
        const cpu = bench.cpu();
        const delays: number[] = [];
        let next = 0;
        const lane = async (): Promise<void> => {
          while (next < calls) {
            const id = submitted[next++ % JOBS]?.id ?? "";
            const calledUs = monoUs();
            const job = await client.get(id);
            delays.push((monoUs() - calledUs) / 1_000);
            if (job.id !== id) throw new Error(`asked for ${id}, got ${job.id}`);
          }
        };
        const startUs = monoUs();
        await Promise.all(Array.from({ length: inFlight }, lane));
        return [
          rate("answered", calls, startUs, monoUs()),
          latencyOf("called -> answered", delays),
          cpu.perJob(calls),
        ];
      },
    };
  },
};
