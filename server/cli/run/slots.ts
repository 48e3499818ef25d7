/** How many jobs of some queues the connected workers can run at once. Pure. */
import type { WorkerView } from "../../../worker-sdk/typescript/index.js";

/** A worker counts with its window, or with the limits of its subscriptions where those are smaller. */
export function slotsFor(queues: ReadonlySet<string>, workers: readonly WorkerView[]): number {
  return workers.reduce((sum, worker) => sum + slotsOf(worker, queues), 0);
}

function slotsOf(worker: WorkerView, queues: ReadonlySet<string>): number {
  const limits = worker.subscriptions
    .filter((each) => queues.has(each.queue))
    .map((each) => (each.maxInFlight === 0 ? worker.maxInFlight : each.maxInFlight));
  const together = limits.reduce((sum, limit) => sum + limit, 0);
  return Math.min(worker.maxInFlight, together);
}
