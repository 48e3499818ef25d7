/**
 * A steady rate from outside, whatever the system does: one job at each intended moment, latencies counted from
 * that moment, so that a stall shows in every job that it held up. Beside them the server's event loop.
 */
import type { Measurement, Scenario } from "../scenario.js";
import { benchJob, submitOpen } from "../support/job-source.js";
import { expectEachOnce, latencyBetween } from "../support/moments.js";

const LAG = 'muster_event_loop_lag_seconds{quantile="QUANTILE"}';

export const sustained: Scenario = {
  name: "sustained",
  shows: "a steady rate of single submissions, open loop, latencies from the intended moment",
  uses: ["rate", "seconds", "workers", "slots", "payloadBytes"],
  parameters: { rate: 1_000, seconds: 20 },
  async setup(bench) {
    const { rate, seconds, payloadBytes } = bench.parameters;
    const jobs = rate * seconds;
    const client = bench.client();
    const pool = await bench.startWorkers();
    const plan = { queue: bench.queue, payloadBytes };
    return {
      async run() {
        await pool.begin(jobs);
        await bench.servers[0]?.metrics(); // the lag is counted from one reading to the next
        const cpu = bench.cpu();
        const moments = await submitOpen(client, (seq) => benchJob(seq, plan), { jobs, rate });
        await pool.waitSettled(jobs, 60_000);
        const cost = cpu.perJob(jobs);
        const metrics = await bench.servers[0]?.metrics();
        const receipts = await pool.collect();
        expectEachOnce(receipts, jobs);
        const lag = (quantile: string, name: string): Measurement => ({
          kind: "figure",
          name: `server's event loop late, ${name}`,
          value: (metrics?.get(LAG.replace("QUANTILE", quantile)) ?? Number.NaN) * 1_000,
          unit: "ms",
        });
        return [
          latencyBetween("intended -> job received", moments.dueUs, receipts.receivedUs),
          latencyBetween("intended -> result settled", moments.dueUs, receipts.settledUs),
          latencyBetween("submit called -> job received", moments.calledUs, receipts.receivedUs),
          latencyBetween("submit answered -> job received", moments.answeredUs, receipts.receivedUs),
          lag("0.99", "p99"),
          lag("0.999", "p99.9"),
          lag("1", "longest"),
          cost,
        ];
      },
    };
  },
};
