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
import type { Turn } from "./contender.js";

export interface Sizes {
  readonly jobs: number;
  readonly batch: number;
  readonly inFlight: number;
  readonly singles: number;
  readonly pushes: number;
  readonly rate: number;
  readonly payloadBytes: number;
}

/** One figure of one turn. For latencies less is better. */
export interface Taken {
  readonly figure: string;
  readonly value: number;
  readonly unit: "jobs/s" | "ms";
}

const DEADLINE_MS = 300_000;

export type Round = (turn: Turn, sizes: Sizes) => Promise<readonly Taken[]>;

/** In batches, with the workers running: first call to last job. */
export const liveRound: Round = async (turn, { jobs, batch, payloadBytes }) => {
  const pool = await turn.workers("live");
  try {
    await pool.begin(jobs);
    await pool.connect();
    const startUs = monoUs();
    for (let first = 0; first < jobs; first += batch) {
      await turn.addMany(payloads(first, Math.min(batch, jobs - first), payloadBytes));
    }
    await pool.waitSettled(jobs, DEADLINE_MS);
    const { settledUs } = await pool.collect();
    return [perSecond("live, submits of 500", jobs, startUs, latest(settledUs))];
  } finally {
    await pool.stop();
  }
};

/** A backlog first, then the workers: first job to last job. */
export const drainRound: Round = async (turn, { jobs, batch, payloadBytes }) => {
  for (let first = 0; first < jobs; first += batch) {
    await turn.addMany(payloads(first, Math.min(batch, jobs - first), payloadBytes));
  }
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
};

/** One after the other, and nobody takes them. */
export const oneByOneRound: Round = async (turn, { singles, payloadBytes }) => {
  const startUs = monoUs();
  for (const payload of payloads(0, singles, payloadBytes)) await turn.add(payload);
  return [perSecond("submits one by one", singles, startUs, monoUs())];
};

/** Many at a time. Only the peers' adding is counted; Muster's jobs are also run to completion meanwhile. */
export function inFlightRound(isRunToCompletion: boolean): Round {
  return async (turn, { singles, inFlight, payloadBytes }) => {
    const jobs = singles * 5;
    const pool = isRunToCompletion ? await turn.workers("live") : undefined;
    try {
      await pool?.begin(jobs);
      await pool?.connect();
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
    } finally {
      await pool?.stop();
    }
  };
}

/** A job every 20 ms on an idle system. */
export const pushRound: Round = async (turn, { pushes, rate, payloadBytes }) => {
  const pool = await turn.workers("push");
  try {
    await pool.begin(pushes);
    await pool.connect();
    const [calledUs, answeredUs] = [new Float64Array(pushes), new Float64Array(pushes)];
    const startUs = monoUs() + 200_000; // whoever polls has begun to wait
    const calls = payloads(0, pushes, payloadBytes).map(async (payload) => {
      const { seq } = payload;
      await sleep(Math.max(0, (startUs + (seq * 1e6) / rate - monoUs()) / 1_000));
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
  } finally {
    await pool.stop();
  }
};

function perSecond(figure: string, count: number, fromUs: number, toUs: number): Taken {
  return { figure, value: count / ((toUs - fromUs) / 1e6), unit: "jobs/s" };
}

function payloads(first: number, count: number, bytes: number): BenchPayload[] {
  const pad = "x".repeat(Math.max(0, bytes - 24));
  return Array.from({ length: count }, (_, at) => ({ seq: first + at, pad }));
}
