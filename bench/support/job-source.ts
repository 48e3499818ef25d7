/**
 * Jobs of the bench and the ways to hand them in: in batches with some under way at once, or one after the other at
 * fixed moments whether or not the earlier ones were answered (an open loop). Takes the moment of the call and of
 * the answer for each job.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, JobInput } from "../../worker-sdk/typescript/index.js";
import { monoUs } from "./clock.js";
import type { BenchPayload } from "./worker-messages.js";

export interface JobPlan {
  readonly queue: string;
  readonly payloadBytes: number;
  readonly sleepMs?: number;
  readonly outputBytes?: number;
}

/** Moments in microseconds, by the job's number. */
export interface Submissions {
  readonly calledUs: Float64Array;
  readonly answeredUs: Float64Array;
}

/** A job without work that carries its number. */
export function benchJob(seq: number, plan: JobPlan): JobInput {
  const bare: BenchPayload = {
    seq,
    ...(plan.sleepMs !== undefined && plan.sleepMs > 0 && { sleepMs: plan.sleepMs }),
    ...(plan.outputBytes !== undefined && plan.outputBytes > 0 && { outputBytes: plan.outputBytes }),
  };
  const length = plan.payloadBytes - JSON.stringify(bare).length - '"pad":"",'.length;
  const payload: BenchPayload = length > 0 ? { ...bare, pad: "x".repeat(length) } : bare;
  return { type: "bench", queue: plan.queue, payload };
}

export interface ClosedLoop {
  readonly jobs: number;
  readonly batch: number;
  readonly inFlight: number;
  /** Number of the first job; default 0. */
  readonly from?: number;
  /** 1: each job has an idempotency key of its own; default 0. */
  readonly keys?: number;
}

/** Hands in all jobs, `inFlight` submissions of `batch` jobs at a time. */
export async function submitClosed(client: Client, plan: JobPlan, loop: ClosedLoop): Promise<Submissions> {
  const from = loop.from ?? 0;
  const calledUs = new Float64Array(from + loop.jobs);
  const answeredUs = new Float64Array(from + loop.jobs);
  const prefix = randomUUID();
  const keyed = (seq: number): JobInput => ({ ...benchJob(seq, plan), idempotencyKey: `${prefix}-${seq}` });
  const jobOf = loop.keys === 1 ? keyed : (seq: number) => benchJob(seq, plan);
  let next = from;
  const end = from + loop.jobs;
  const lane = async (): Promise<void> => {
    while (next < end) {
      const first = next;
      next = Math.min(end, first + loop.batch);
      const last = next;
      const jobs = Array.from({ length: last - first }, (_, at) => jobOf(first + at));
      calledUs.fill(monoUs(), first, last);
      await client.submit(jobs);
      answeredUs.fill(monoUs(), first, last);
    }
  };
  await Promise.all(Array.from({ length: loop.inFlight }, lane));
  return { calledUs, answeredUs };
}

export interface OpenLoop {
  readonly jobs: number;
  /** Jobs a second. */
  readonly rate: number;
}

/**
 * Hands in one job at each of the moments `start + n / rate`. `dueUs` is that moment: latencies counted from it
 * include what a stalled producer or server held up.
 */
export async function submitOpen(
  client: Client,
  jobOf: (seq: number) => JobInput,
  loop: OpenLoop,
): Promise<Submissions & { readonly dueUs: Float64Array }> {
  const moments = (): Float64Array<ArrayBuffer> => new Float64Array(loop.jobs);
  const [dueUs, calledUs, answeredUs] = [moments(), moments(), moments()];
  const startUs = monoUs() + 10_000;
  const calls: Promise<void>[] = [];
  const submit = async (seq: number): Promise<void> => {
    const job = jobOf(seq);
    calledUs[seq] = monoUs();
    await client.submit(job);
    answeredUs[seq] = monoUs();
  };
  for (let seq = 0; seq < loop.jobs; seq++) {
    const due = startUs + (seq * 1_000_000) / loop.rate;
    dueUs[seq] = due;
    const waitMs = (due - monoUs()) / 1_000;
    if (waitMs > 0.5) await sleep(waitMs);
    calls.push(submit(seq));
  }
  await Promise.all(calls);
  return { dueUs, calledUs, answeredUs };
}
