/** The limits of a queue as a caller writes and reads them, and their form in the contract. Bounds are the server's. */
import type {
  QueueLimits as WireQueueLimits,
  QueueLimits__Output,
} from "../../../proto/gen/muster/admin/v1/QueueLimits.js";
import { fromDuration, toDuration } from "../times.js";

export interface QueueLimits {
  /** Jobs of the queue that run at once, 1..10,000. */
  readonly concurrency?: number;
  /** Jobs of one concurrency key that run at once, 1..1,000; default 1. A job's own bound comes first. */
  readonly keyConcurrency?: number;
  /** `starts` per `periodMs`; a start is an assignment, so a retry is another one. */
  readonly rate?: {
    readonly starts: number;
    readonly periodMs: number;
    /** Most starts at once after a quiet time; default: `starts`. */
    readonly burst?: number;
  };
}

export function toWireQueueLimits({ concurrency, keyConcurrency, rate }: QueueLimits): WireQueueLimits {
  return {
    ...(concurrency !== undefined && { concurrency }),
    ...(keyConcurrency !== undefined && { keyConcurrency }),
    ...(rate !== undefined && {
      rate: { starts: rate.starts, period: toDuration(rate.periodMs), burst: rate.burst ?? 0 },
    }),
  };
}

/** Undefined when there are none. */
export function fromWireQueueLimits(limits: QueueLimits__Output | null | undefined): QueueLimits | undefined {
  if (limits === null || limits === undefined) return undefined;
  const { concurrency = 0, keyConcurrency = 0, rate } = limits;
  return {
    ...(concurrency > 0 && { concurrency }),
    ...(keyConcurrency > 0 && { keyConcurrency }),
    ...(rate !== null &&
      rate !== undefined && {
        rate: {
          starts: rate.starts ?? 0,
          periodMs: fromDuration(rate.period ?? undefined),
          burst: rate.burst ?? 0,
        },
      }),
  };
}
