/** Submissions of 500 jobs, one after the other. No worker takes anything meanwhile. */
import type { Scenario } from "../scenario.js";
import { submitClosed } from "../support/job-source.js";
import { latencyBetween, latest, rate } from "../support/moments.js";

export const submitBatch: Scenario = {
  name: "submit-batch",
  shows: "submissions in batches, each batch one transaction",
  uses: ["jobs", "batch", "inFlight", "payloadBytes", "keys"],
  parameters: { jobs: 20_000 },
  async setup(bench) {
    const { jobs, payloadBytes, batch, inFlight, keys } = bench.parameters;
    const client = bench.client();
    return {
      async run() {
        const cpu = bench.cpu();
        const loop = { jobs, batch, inFlight, keys };
        const { calledUs, answeredUs } = await submitClosed(
          client,
          { queue: bench.queue, payloadBytes },
          loop,
        );
        return [
          { ...rate("accepted", jobs, calledUs[0] ?? 0, latest(answeredUs)), wall: "postgres-insert-500" },
          latencyBetween("batch called -> answered", calledUs, answeredUs),
          cpu.perJob(jobs),
        ];
      },
    };
  },
};
