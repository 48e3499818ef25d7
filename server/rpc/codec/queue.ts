/** Queues as the admin service shows them. */
import type { Queue } from "../../../proto/gen/muster/admin/v1/Queue.js";
import type { QueueView } from "../../core/operations.js";
import { encodeOptionalTimestamp } from "./time.js";

export function encodeQueue(queue: QueueView): Queue {
  return {
    namespace: queue.namespace,
    name: queue.name,
    paused: queue.paused,
    readyHigh: queue.readyHigh,
    readyMedium: queue.readyMedium,
    readyLow: queue.readyLow,
    scheduled: queue.scheduled,
    blocked: queue.blocked,
    running: queue.running,
    workers: queue.workers,
    oldestReadyAt: encodeOptionalTimestamp(queue.oldestReadyAt),
  } satisfies Queue;
}
