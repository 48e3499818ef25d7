/** One producer that submits one job, waits for the answer, submits the next. No worker takes anything meanwhile. */
import type { Scenario } from "../scenario.js";
import { submitClosed } from "../support/job-source.js";
import { latencyBetween, latest, rate } from "../support/moments.js";

export const submitOne: Scenario = {
  name: "submit-one",
  shows: "submissions one at a time over gRPC, each committed before its answer",
  uses: ["jobs", "payloadBytes", "keys"],
  async setup(bench) {
    const { jobs, payloadBytes, keys } = bench.parameters;
    const client = bench.client();
    return {
      async run() {
        const cpu = bench.cpu();
        const loop = { jobs, batch: 1, inFlight: 1, keys };
        const { calledUs, answeredUs } = await submitClosed(
          client,
          { queue: bench.queue, payloadBytes },
          loop,
        );
        return [
          {
            ...rate("accepted", jobs, calledUs[0] ?? 0, latest(answeredUs)),
            wall: "postgres-insert-1",
          },
          latencyBetween("submit called -> answered", calledUs, answeredUs),
          cpu.perJob(jobs),
        ];
      },
    };
  },
};
