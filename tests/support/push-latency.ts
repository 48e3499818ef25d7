/**
 * How long jobs took from their client's hand to a worker: from the call of submit to the receipt of the
 * assignment, both on the clock of this process. Jobs that waited for parents are left out: they wait for more than
 * the server. Used by tests that print or compare latencies; decides nothing.
 */
import type { Load } from "./fault-load.js";
import type { WorkerRecord } from "./history.js";

/**
 * Of jobs without parents that were received, ms, ascending; the first receipt of each counts.
 * @param counts which jobs, by when they were sent, ms since 1970; default: all
 */
export function pushLatenciesMs(
  load: Load,
  records: readonly WorkerRecord[],
  counts: (sentMs: number) => boolean = () => true,
): number[] {
  const received = new Map<string, number>();
  for (const { event, jobId = "", atMs } of records) {
    if (event === "recv" && !received.has(jobId)) received.set(jobId, atMs);
  }
  const latencies: number[] = [];
  for (const { jobId, parents } of load.acknowledged) {
    if (jobId === null || parents.length > 0) continue;
    const [sentMs, receivedMs] = [load.sentMs.get(jobId), received.get(jobId)];
    if (sentMs === undefined || receivedMs === undefined || !counts(sentMs)) continue;
    latencies.push(receivedMs - sentMs);
  }
  return latencies.sort((a, b) => a - b);
}

/**
 * @param share 0..1, e.g. 0.99
 * @throws Error without values: a percentile of nothing would pass every check
 */
export function percentile(ascending: readonly number[], share: number): number {
  const value = ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))];
  if (value === undefined) throw new Error("no latencies were measured");
  return value;
}
