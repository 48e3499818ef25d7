/**
 * The rounds of the comparison: what is done with one contender in one turn, the same for all. Peers count a job
 * when its handler begins, Muster when its result was committed and acknowledged; the difference is in the peers'
 * favour.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { monoUs } from "../support/clock.js";
import { Latencies } from "../support/latencies.js";
import { earliest, latest } from "../support/moments.js";
import type { BenchPayload } from "../support/worker-messages.js";
import type { WorkerPool } from "../support/worker-pool.js";
import type { Turn, WorkerKind } from "./contender.js";

export interface Sizes {
  readonly jobs: number;
  readonly batch: number;
  readonly inFlight: number;
  readonly singles: number;
  readonly pushes: number;
  readonly rate: number;
  readonly payloadBytes: number;
  readonly warmUpSeconds: number;
}

/** One figure of one turn. For latencies less is better. */
export interface Taken {
  readonly figure: string;
  readonly value: number;
  readonly unit: "jobs/s" | "ms";
}

const DEADLINE_MS = 300_000;

/** Opened once in a place, run as often as asked: workers that live long are warm, so theirs are started once. */
export interface Round {
  run(): Promise<readonly Taken[]>;
  /** What warms up instead, where a round has too few jobs for its time. */
  warmUp?(): Promise<unknown>;
  close(): Promise<void>;
}

export type OpenRound = (turn: Turn, sizes: Sizes) => Promise<Round>;

/** In batches, with the workers running: first call to last job. */
export const liveRound: OpenRound = async (turn, { jobs, batch, payloadBytes }) => {
  const pool = await connected(turn, "live");
  return {
    async run() {
      await pool.begin(jobs);
      const startUs = monoUs();
      await addAll(turn, { jobs, batch, payloadBytes });
      await pool.waitSettled(jobs, DEADLINE_MS);
      const { settledUs } = await pool.collect();
      return [perSecond("live, submits of 500", jobs, startUs, latest(settledUs))];
    },
    close: () => pool.stop(),
  };
};

/** A backlog first, then workers that have just started: first job to last job. */
export const drainRound: OpenRound = (turn, { jobs, batch, payloadBytes }) =>
  Promise.resolve({
    async run() {
      await addAll(turn, { jobs, batch, payloadBytes });
      const pool = await turn.workers("drain");
      try {
        await pool.begin(jobs);
        pool.connectSoon();
        await pool.waitSettled(jobs, DEADLINE_MS);
        const { receivedUs, settledUs } = await pool.collect();
        return [perSecond("drain of a backlog", jobs, earliest(receivedUs), latest(settledUs))];
      } finally {
        await pool.stop();
      }
    },
    close: () => Promise.resolve(),
  });

/** One after the other, and nobody takes them. */
export const oneByOneRound: OpenRound = (turn, { singles, payloadBytes }) =>
  Promise.resolve({
    async run() {
      const startUs = monoUs();
      for (const payload of payloads(0, singles, payloadBytes)) await turn.add(payload);
      return [perSecond("submits one by one", singles, startUs, monoUs())];
    },
    close: () => Promise.resolve(),
  });

/** Many at a time. Only the peers' adding is counted; Muster's jobs are also run to completion meanwhile. */
export function inFlightRound(isRunToCompletion: boolean): OpenRound {
  return async (turn, { singles, inFlight, payloadBytes }) => {
    const jobs = singles * 5;
    const pool = isRunToCompletion ? await connected(turn, "live") : undefined;
    return {
      async run() {
        await pool?.begin(jobs);
        const waiting = payloads(0, jobs, payloadBytes);
        let next = 0;
        const lane = async (): Promise<void> => {
          for (let payload = waiting[next++]; payload !== undefined; payload = waiting[next++]) {
            await turn.add(payload);
          }
        };
        const startUs = monoUs();
        await Promise.all(Array.from({ length: inFlight }, lane));
        let endUs = monoUs();
        if (pool !== undefined) {
          await pool.waitSettled(jobs, DEADLINE_MS);
          endUs = latest((await pool.collect()).settledUs);
        }
        return [perSecond("submits of one job, 50 in flight", jobs, startUs, endUs)];
      },
      close: async () => pool?.stop(),
    };
  };
}

/** How much faster than in a round the jobs come that warm up: at its rate that would take minutes. */
const HURRY = 10;

/** A job every 20 ms on an idle system. */
export const pushRound: OpenRound = async (turn, { pushes, rate, payloadBytes }) => {
  const pool = await connected(turn, "push");
  const run = async (perSecondNow: number): Promise<readonly Taken[]> => {
    await pool.begin(pushes);
    const [calledUs, answeredUs] = [new Float64Array(pushes), new Float64Array(pushes)];
    const startUs = monoUs() + 200_000; // whoever polls has begun to wait
    const calls = payloads(0, pushes, payloadBytes).map(async (payload) => {
      const { seq } = payload;
      await sleep(Math.max(0, (startUs + (seq * 1e6) / perSecondNow - monoUs()) / 1_000));
      calledUs[seq] = monoUs();
      await turn.add(payload);
      answeredUs[seq] = monoUs();
    });
    await Promise.all(calls);
    await pool.waitSettled(pushes, DEADLINE_MS);
    const { receivedUs } = await pool.collect();
    const between = (from: Float64Array, quantile: number): number =>
      new Latencies(from.map((us, seq) => ((receivedUs[seq] ?? 0) - us) / 1_000)).at(quantile);
    const figure = (name: string, value: number): Taken => ({ figure: name, value, unit: "ms" });
    return [
      figure("idle push, called -> received, p50", between(calledUs, 0.5)),
      figure("idle push, called -> received, p99", between(calledUs, 0.99)),
      figure("idle push, answered -> received, p50", between(answeredUs, 0.5)),
      figure("idle push, answered -> received, p99", between(answeredUs, 0.99)),
    ];
  };
  return { run: () => run(rate), warmUp: () => run(rate * HURRY), close: () => pool.stop() };
};

async function connected(turn: Turn, kind: WorkerKind): Promise<WorkerPool> {
  const pool = await turn.workers(kind);
  await pool.connect();
  return pool;
}

async function addAll(
  turn: Turn,
  { jobs, batch, payloadBytes }: Pick<Sizes, "jobs" | "batch" | "payloadBytes">,
): Promise<void> {
  for (let first = 0; first < jobs; first += batch)
    await turn.addMany(payloads(first, Math.min(batch, jobs - first), payloadBytes));
}

function perSecond(figure: string, count: number, fromUs: number, toUs: number): Taken {
  return { figure, value: count / ((toUs - fromUs) / 1e6), unit: "jobs/s" };
}

function payloads(first: number, count: number, bytes: number): BenchPayload[] {
  const pad = "x".repeat(Math.max(0, bytes - 24));
  return Array.from({ length: count }, (_, at) => ({ seq: first + at, pad }));
}
