/**
 * From moments by job number to measurements. Pure. A moment of 0 means that it never came: such a job is an error
 * of the run, not a sample to leave out.
 */
import type { FigureMeasurement, LatencyMeasurement } from "../scenario.js";
import { Latencies } from "./latencies.js";
import type { Receipts } from "./worker-messages.js";

/** Milliseconds from one moment to another, for every job. @throws Error naming the job that has none */
export function latencyBetween(
  name: string,
  from: Float64Array,
  to: Float64Array,
  first = 0,
): LatencyMeasurement {
  const latencies = new Latencies();
  for (let seq = first; seq < to.length; seq++) {
    const [start, end] = [from[seq] ?? 0, to[seq] ?? 0];
    if (start === 0 || end === 0) throw new Error(`${name}: job ${seq} has no moment`);
    latencies.record((end - start) / 1_000);
  }
  return { kind: "latency", name, latencies };
}

export function latencyOf(name: string, milliseconds: Iterable<number>): LatencyMeasurement {
  return { kind: "latency", name, latencies: new Latencies(milliseconds) };
}

/** How many a second, from the first moment to the last one. */
export function rate(name: string, count: number, fromUs: number, toUs: number): FigureMeasurement {
  return { kind: "figure", name, value: count / ((toUs - fromUs) / 1e6), unit: "jobs/s" };
}

export function earliest(moments: Float64Array): number {
  let found = Number.POSITIVE_INFINITY;
  for (const moment of moments) if (moment > 0 && moment < found) found = moment;
  return found;
}

export function latest(moments: Float64Array): number {
  let found = 0;
  for (const moment of moments) if (moment > found) found = moment;
  return found;
}

/** @throws Error unless every job ran exactly once and no result was refused */
export function expectEachOnce(receipts: Receipts, jobs: number): void {
  if (receipts.received !== jobs || receipts.refused !== 0)
    throw new Error(
      `expected ${jobs} jobs to run once, got ${receipts.received} and ${receipts.refused} refused`,
    );
  const lost = receipts.settledUs.indexOf(0);
  if (lost >= 0 && lost < jobs) throw new Error(`job ${lost} was never settled`);
}
