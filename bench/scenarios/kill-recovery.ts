/**
 * Recovery. A worker process is killed with its slots full: how long until its jobs are with another worker. Then
 * the server is killed while jobs run and started again at once: how long until results are acknowledged again.
 * Every job must end exactly once committed, however often it ran.
 */
import type { Bench, Measurement, Scenario } from "../scenario.js";
import { monoUs } from "../support/clock.js";
import { submitClosed } from "../support/job-source.js";
import { latencyOf } from "../support/moments.js";

export const killRecovery: Scenario = {
  name: "kill-recovery",
  shows:
    "a killed worker's jobs with another worker, and the first acknowledged result after a killed server",
  uses: ["slots", "sleepMs", "payloadBytes"],
  parameters: { slots: 16, sleepMs: 300, warmUpSeconds: 0 },
  quick: { slots: 4, sleepMs: 100 },
  async setup(bench) {
    return {
      async run() {
        return [await killWorker(bench), ...(await killServer(bench))];
      },
    };
  },
};

async function killWorker(bench: Bench): Promise<Measurement> {
  const { slots, payloadBytes, sleepMs } = bench.parameters;
  const victims = await bench.startWorkers({ workers: 1, slots, window: slots });
  await victims.begin(slots);
  const plan = { queue: bench.queue, payloadBytes, sleepMs: Math.max(sleepMs, 60_000) };
  await submitClosed(bench.client(), plan, { jobs: slots, batch: slots, inFlight: 1 });
  await victims.waitReceived(slots, 30_000);
  const heirs = await bench.startWorkers({ workers: 1, slots, window: slots });
  await heirs.begin(slots);
  const killedUs = monoUs();
  await victims.kill(0);
  await heirs.waitReceived(slots, 60_000);
  const { receivedUs } = await heirs.collect();
  await heirs.kill(0); // its handlers would run for a minute
  await cancelAll(bench);
  return latencyOf(
    "worker killed -> each of its jobs received elsewhere",
    [...receivedUs].map((us) => (us - killedUs) / 1_000),
  );
}

async function cancelAll(bench: Bench): Promise<void> {
  const client = bench.client();
  const open = { queue: bench.queue, states: ["ready", "running"] as const, omitBodies: true };
  for await (const job of client.listAll(open)) await client.cancel(job.id, { graceMs: 0 });
}

async function killServer(bench: Bench): Promise<Measurement[]> {
  const { slots, payloadBytes, sleepMs } = bench.parameters;
  const [server] = bench.servers;
  if (server === undefined) throw new Error("no server to kill");
  const queue = `${bench.queue}-server`;
  const jobs = slots * 12;
  const pool = await bench.startWorkers({ workers: 1, slots, queue });
  await pool.begin(jobs);
  await submitClosed(bench.client(), { queue, payloadBytes, sleepMs }, { jobs, batch: jobs, inFlight: 1 });
  await pool.waitSettled(slots, 60_000);
  const killedUs = monoUs();
  await server.stop("SIGKILL");
  await server.start();
  const listeningUs = monoUs();
  await pool.waitSettled(jobs, 120_000);
  const { settledUs, refused } = await pool.collect();
  await pool.stop();
  const lost = settledUs.indexOf(0);
  if (lost >= 0) throw new Error(`job ${lost} was never settled`);
  const after = [...settledUs].filter((us) => us > killedUs).sort((a, b) => a - b);
  const figure = (name: string, us: number): Measurement => {
    return { kind: "figure", name, value: us / 1_000, unit: "ms" };
  };
  return [
    figure("server killed -> listening again", listeningUs - killedUs),
    figure("server killed -> next result settled", (after[0] ?? 0) - killedUs),
    { kind: "figure", name: "results refused on the way", value: refused, unit: "results" },
  ];
}
