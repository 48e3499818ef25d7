/**
 * What a handler gets: the job, its parents' results, and the few things it may say while it runs.
 */
import type { Payload } from "../payload.js";

/** undefined: success without output; a Buffer or `payload(bytes, type)`: as it is; anything else: JSON. */
export type Handler = (job: JobContext) => unknown;

export interface ParentResult {
  readonly jobId: string;
  /** The parent's key in its submission, if it had one. */
  readonly key: string;
  /** False only where the job runs although a parent failed. */
  readonly succeeded: boolean;
  readonly output: Payload;
  /** The output parsed as JSON; `T` is the caller's word. */
  json<T = unknown>(): T;
}

export interface JobContext {
  readonly id: string;
  readonly type: string;
  readonly queue: string;
  /** 1, 2, 3, ... */
  readonly attempt: number;
  readonly maxAttempts: number;
  /**
   * The fencing token: one more at every assignment. Hand it to whatever you write to, with the job's id, and
   * let that refuse a smaller one than it has seen.
   */
  readonly leaseEpoch: number;
  readonly payload: Payload;
  /** The payload parsed as JSON; `T` is the caller's word. */
  json<T = unknown>(): T;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for a job outside a graph. */
  readonly graphId: string;
  /** Effective, at the time of assignment. */
  readonly priority: number;
  /** When it first became ready. */
  readonly enqueuedAt: Date | undefined;
  readonly parents: readonly ParentResult[];
  /** Outputs over the frame limit were left out of `parents`: ask `Client.get` for them. */
  readonly parentsTruncated: boolean;
  /** What an earlier attempt saved last; undefined if none did. */
  readonly checkpoint: Payload | undefined;
  /** ms from the start of the handler; undefined: none. */
  readonly executionTimeoutMs: number | undefined;
  /** ms within which the next `progress` or `saveCheckpoint` is expected; undefined: none is. */
  readonly progressTimeoutMs: number | undefined;
  readonly traceparent: string;
  readonly tracestate: string;
  /** Aborted when the job is cancelled, timed out, or no longer ours; its reason is a JobAbortedError. */
  readonly signal: AbortSignal;
  /** @param fraction 0..1; calls in quick succession are merged */
  progress(fraction: number, note?: string): void;
  /**
   * Kept for the next attempt, whatever ends this one: a failure, a release, a lost worker, also after the job was dead
   * and retried. Written behind: a crash of the worker or of its server may lose the latest.
   * @throws RangeError when it is larger than the server takes
   */
  saveCheckpoint(value: unknown): void;
}
