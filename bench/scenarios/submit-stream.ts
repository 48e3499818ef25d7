/** Bulk submission over one client stream: batches are written as fast as the server takes them. */
import type { JobInput } from "../../worker-sdk/typescript/index.js";
import type { Scenario } from "../scenario.js";
import { monoUs } from "../support/clock.js";
import { benchJob } from "../support/job-source.js";
import { rate } from "../support/moments.js";

export const submitStream: Scenario = {
  name: "submit-stream",
  shows: "bulk submission over one client stream, until the server's answer at its end",
  uses: ["jobs", "batch", "payloadBytes"],
  parameters: { jobs: 50_000 },
  async setup(bench) {
    const { jobs, payloadBytes, batch } = bench.parameters;
    const client = bench.client();
    function* batches(): Generator<readonly JobInput[]> {
      for (let first = 0; first < jobs; first += batch) {
        const length = Math.min(batch, jobs - first);
        yield Array.from({ length }, (_, at) => benchJob(first + at, { queue: bench.queue, payloadBytes }));
      }
    }
    return {
      async run() {
        const cpu = bench.cpu();
        const startUs = monoUs();
        const { acceptedJobs } = await client.stream(batches());
        const endUs = monoUs();
        if (acceptedJobs !== jobs) throw new Error(`expected ${jobs} accepted jobs, got ${acceptedJobs}`);
        return [{ ...rate("accepted", jobs, startUs, endUs), wall: "postgres-insert-500" }, cpu.perJob(jobs)];
      },
    };
  },
};
