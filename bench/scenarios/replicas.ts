/**
 * Three servers on one Postgres and one Redis. First the way between replicas: jobs submitted to the first, with
 * the only worker at the second. Then all three at work: workers spread over them, one producer for each.
 */
import type { Bench, Measurement, Scenario } from "../scenario.js";
import { benchJob, submitClosed, submitOpen } from "../support/job-source.js";
import { earliest, expectEachOnce, latencyBetween, latest, rate } from "../support/moments.js";

const SERVERS = 3;

export const replicas: Scenario = {
  name: "replicas",
  shows: "three servers: push from one to a worker of another, then live throughput through all of them",
  uses: ["jobs", "rate", "batch", "slots", "payloadBytes"],
  parameters: { jobs: 20_000, rate: 50 },
  servers: SERVERS,
  async setup(bench) {
    return {
      async run() {
        return [...(await pushAcross(bench)), ...(await liveOnAll(bench))];
      },
    };
  },
};

async function pushAcross(bench: Bench): Promise<Measurement[]> {
  const { payloadBytes, rate: perSecond } = bench.parameters;
  const jobs = Math.min(300, bench.parameters.jobs);
  const queue = `${bench.queue}-across`;
  const pool = await bench.startWorkers({ workers: 1, queue, server: () => 1 });
  await pool.begin(jobs);
  const job = (seq: number) => benchJob(seq, { queue, payloadBytes });
  const moments = await submitOpen(bench.client(0), job, { jobs, rate: perSecond });
  await pool.waitSettled(jobs, 60_000);
  const receipts = await pool.collect();
  await pool.stop();
  expectEachOnce(receipts, jobs);
  return [
    latencyBetween("across: submit called -> received", moments.calledUs, receipts.receivedUs),
    latencyBetween("across: submit answered -> received", moments.answeredUs, receipts.receivedUs),
  ];
}

async function liveOnAll(bench: Bench): Promise<Measurement[]> {
  const { jobs, batch, payloadBytes } = bench.parameters;
  const pool = await bench.startWorkers({ workers: SERVERS });
  await pool.begin(jobs);
  const cpu = bench.cpu();
  const plan = { queue: bench.queue, payloadBytes };
  const share = Math.ceil(jobs / SERVERS);
  const startUs = await Promise.all(
    Array.from({ length: SERVERS }, async (_, server) => {
      const from = server * share;
      const loop = { jobs: Math.max(0, Math.min(share, jobs - from)), batch, inFlight: 1, from };
      const { calledUs } = await submitClosed(bench.client(server), plan, loop);
      return earliest(calledUs);
    }),
  );
  await pool.waitSettled(jobs, 300_000);
  const cost = cpu.perJob(jobs);
  const receipts = await pool.collect();
  await pool.stop();
  expectEachOnce(receipts, jobs);
  return [rate("live on three: settled", jobs, Math.min(...startUs), latest(receipts.settledUs)), cost];
}
