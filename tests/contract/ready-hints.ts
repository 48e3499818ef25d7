/** Hints of queues that no other test uses, for the suites of ready queues. */
import type { QueueKey, ReadyHint, ReadyQueue } from "../../server/core/ports.js";
import type { Level } from "../../server/core/priority.js";

export const MINUTE_US = 60_000_000;
let queues = 0;

export function freshKey(): QueueKey {
  return { namespace: "default", name: `q${++queues}` };
}

export function nowUs(): number {
  return Date.now() * 1_000;
}

export function hint(jobId: number, level: Level = "medium", more: Partial<ReadyHint> = {}): ReadyHint {
  return { jobId, type: "resize", level, readyUs: nowUs() + jobId, ...more };
}

export async function takenIds(
  queue: ReadyQueue,
  key: QueueKey,
  max = 1_000,
  types: readonly string[] | null = null,
): Promise<number[]> {
  return (await queue.take(key, { max, types })).hints.map((taken) => taken.jobId);
}
