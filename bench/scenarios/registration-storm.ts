/**
 * Many workers that arrive in the same moment while jobs wait for them. All must be registered, none may get a job
 * before its Welcome, and no foreign key may ever be violated (run-scenario.ts checks the counter).
 */
import type { Measurement, Scenario } from "../scenario.js";
import { submitClosed } from "../support/job-source.js";
import { Herd } from "../support/herd.js";
import { earliest, latencyBetween, latest } from "../support/moments.js";
import { waitUntil } from "../support/wait.js";

const DEADLINE_MS = 120_000;

export const registrationStorm: Scenario = {
  name: "registration-storm",
  shows: "workers that connect all at once while jobs wait: Hello sent -> Welcome received, and all of them",
  uses: ["streams", "jobs", "payloadBytes"],
  parameters: { streams: 500, jobs: 2_000, rounds: 3, warmUpSeconds: 0 },
  async setup(bench) {
    const { streams, jobs, payloadBytes } = bench.parameters;
    const client = bench.client();
    let storms = 0;
    return {
      async run() {
        const queue = `${bench.queue}-${++storms}`;
        await submitClosed(client, { queue, payloadBytes }, { jobs, batch: 500, inFlight: 1 });
        const [server] = bench.servers;
        const settings = { queue, name: `storm-${storms}`, streams, window: 4 };
        const herd = await Herd.start({ address: server?.address ?? "", ...settings });
        try {
          const cpu = bench.cpu();
          await herd.connect(DEADLINE_MS);
          const cost = { ...cpu.perJob(streams), name: "a registration" };
          await waitUntil("every waiting job", DEADLINE_MS, () => herd.settled >= jobs);
          const report = await herd.collect();
          if (report.early > 0) throw new Error(`${report.early} assignments came before a Welcome`);
          const spanMs = (latest(report.welcomeUs) - earliest(report.helloUs)) / 1_000;
          const figures: Measurement[] = [
            { kind: "figure", name: `all ${streams} registered`, value: spanMs, unit: "ms" },
            {
              kind: "figure",
              name: "registered",
              value: (streams * 1_000) / spanMs,
              unit: "workers/s",
              wall: "grpc-connect",
            },
          ];
          return [...figures, latencyBetween("Hello -> Welcome", report.helloUs, report.welcomeUs), cost];
        } finally {
          await herd.stop();
        }
      },
    };
  },
};
