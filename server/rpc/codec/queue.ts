/** Queues and their limits as the admin service shows and takes them. */
import type { Queue } from "../../../proto/gen/muster/admin/v1/Queue.js";
import type { QueueLimits as QueueLimitsInput } from "../../../proto/gen/muster/admin/v1/QueueLimits.js";
import type { SetQueueLimitsRequest__Output } from "../../../proto/gen/muster/admin/v1/SetQueueLimitsRequest.js";
import type { QueueLimits } from "../../core/limits.js";
import type { QueueView } from "../../core/operations.js";
import { Fields } from "./fields.js";
import { decodeDuration, encodeDuration, encodeOptionalTimestamp } from "./time.js";

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
    limits: queue.limits === null ? null : encodeQueueLimits(queue.limits),
  } satisfies Queue;
}

export function encodeQueueLimits({ concurrency, keyConcurrency, rate }: QueueLimits): QueueLimitsInput {
  return {
    concurrency: concurrency ?? 0,
    keyConcurrency: keyConcurrency ?? 0,
    rate:
      rate === null
        ? null
        : { starts: rate.starts, period: encodeDuration(rate.periodMs), burst: rate.burst },
  } satisfies QueueLimitsInput;
}

/** Zero and absent: no limit. The bounds are the core's to check. @throws MusterError INVALID_REQUEST */
export function decodeSetQueueLimits(request: SetQueueLimitsRequest__Output): {
  readonly namespace: string;
  readonly queue: string;
  readonly limits: QueueLimits;
} {
  const fields = new Fields();
  const namespace = fields.namespace(request.namespace);
  const queue = fields.name("queue", request.queue);
  const rate = request.limits?.rate ?? null;
  const limits = {
    concurrency: request.limits?.concurrency || null,
    keyConcurrency: request.limits?.keyConcurrency || null,
    rate:
      rate === null
        ? null
        : {
            starts: rate.starts ?? 0,
            periodMs: decodeDuration(fields, "limits.rate.period", rate.period) ?? 0,
            burst: rate.burst || (rate.starts ?? 0),
          },
  };
  fields.check();
  return { namespace, queue, limits };
}
