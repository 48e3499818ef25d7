/**
 * A backlog of jobs without work, taken down by workers that arrive together: from the first handler's start to the
 * last acknowledged result. `--jobs` sets the backlog and `--finished` the history behind it, so that one command
 * shows whether the rate depends on either.
 */
import type { Bench, Scenario } from "../scenario.js";
import { submitClosed } from "../support/job-source.js";
import { earliest, expectEachOnce, latencyBetween, latest, rate } from "../support/moments.js";

const DEADLINE_MS = 600_000;
const HISTORY_STEP = 50_000;

export const drain: Scenario = {
  name: "drain",
  shows:
    "a backlog of no-op jobs, worker processes connecting together: settled a second from the first receipt on",
  uses: ["jobs", "batch", "inFlight", "workers", "slots", "payloadBytes", "finished"],
  parameters: { jobs: 20_000, workers: 4, inFlight: 2 },
  async setup(bench) {
    const { jobs, payloadBytes, batch, inFlight } = bench.parameters;
    const client = bench.client();
    await makeHistory(bench);
    return {
      async run() {
        const plan = { queue: bench.queue, payloadBytes };
        await submitClosed(client, plan, { jobs, batch, inFlight });
        const pool = await bench.startWorkers({ isHeld: true });
        await pool.begin(jobs);
        const cpu = bench.cpu();
        pool.connectSoon();
        await pool.waitSettled(jobs, DEADLINE_MS);
        const cost = cpu.perJob(jobs);
        const receipts = await pool.collect();
        await pool.stop();
        expectEachOnce(receipts, jobs);
        const startUs = earliest(receipts.receivedUs);
        return [
          { ...rate("settled", jobs, startUs, latest(receipts.settledUs)), wall: "postgres-drain" },
          rate("received", jobs, startUs, latest(receipts.receivedUs)),
          latencyBetween("result sent -> settled", receipts.returnedUs, receipts.settledUs),
          cost,
        ];
      },
    };
  },
};

async function makeHistory(bench: Bench): Promise<void> {
  const { finished, payloadBytes, batch } = bench.parameters;
  if (finished === 0) return;
  const queue = `${bench.queue}-history`;
  const pool = await bench.startWorkers({ queue });
  const client = bench.client();
  for (let done = 0; done < finished; done += HISTORY_STEP) {
    const jobs = Math.min(HISTORY_STEP, finished - done);
    await pool.begin(jobs);
    await submitClosed(client, { queue, payloadBytes }, { jobs, batch, inFlight: 2 });
    await pool.waitSettled(jobs, DEADLINE_MS);
    bench.say(`history: ${done + jobs} of ${finished} jobs`);
  }
  await pool.stop();
}
