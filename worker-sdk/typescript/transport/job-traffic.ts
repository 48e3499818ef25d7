/**
 * What goes up the stream about jobs: results and releases until they are acknowledged, progress once. Cuts it
 * into frames within the server's limits and the stream's willingness. A result too large for any frame becomes
 * a failure here, because sending it would end the stream, and sending it again would end the next.
 */
import { backoffMs, RETRY } from "../backoff.js";
import { encodeResult, UP } from "./frames.js";
import type { HeldJobs, JobKey } from "./held-jobs.js";
import type { Link } from "./link.js";
import type { Limits, ToTransport } from "./messages.js";
import { Outbox } from "./outbox.js";
import { splitBatch, toEntry, type BatchItem } from "./wire.js";

const FRAME_ITEMS = 64;
const FRAME_BYTES = 64 * 1024;
/** Counters, member tag and length of a frame. */
const FRAME_OVERHEAD = 64;

export class JobTraffic {
  readonly results = new Outbox();
  readonly releases = new Outbox();
  limits: Limits = { maxFrameBytes: 0, maxPayloadBytes: 0, maxResultBytes: 0, maxBatchItems: 0 };
  /** How often in a row results were put off. */
  postponements = 0;
  #progress: BatchItem[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();

  /** Nothing waits for an acknowledgement. */
  get isEmpty(): boolean {
    return this.results.size === 0 && this.releases.size === 0;
  }

  /**
   * What is no longer held is dropped: somebody else answers for it.
   * @returns how many results were taken
   */
  take(message: Extract<ToTransport, { kind: "jobs" }>, held: HeldJobs): number {
    let taken = 0;
    for (const item of items(message.progress)) if (held.has(item)) this.#progress.push(item);
    for (const item of items(message.releases)) if (held.has(item)) this.releases.add(item);
    for (const item of items(message.results)) {
      if (!held.mark(item, "result_pending")) continue;
      this.results.add(item);
      taken++;
    }
    return taken;
  }

  /** Sends what is due while the link takes it. */
  flush(link: Link, held: HeldJobs): void {
    while (this.#progress.length > 0 && link.isWritable) {
      const batch = this.#takeProgress().filter((item) => held.has(item));
      if (batch.length > 0) link.send(UP.progressBatch, batch.map(entryOf));
    }
    while (this.releases.hasDue && link.isWritable) {
      const batch = this.releases.take(this.#itemsMax(), this.#bytesMax());
      if (batch.length > 0) link.send(UP.releaseBatch, batch.map(entryOf));
    }
    while (this.results.hasDue && link.isWritable) {
      const batch = this.results.take(this.#itemsMax(), this.#bytesMax());
      if (batch.length > 0)
        link.send(
          UP.resultBatch,
          batch.map((item) => this.#fit(item).entry),
        );
    }
  }

  /** Sends these results again after a jittered while that grows from time to time. */
  postpone(keys: readonly JobKey[], flush: () => void): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.results.makeDue(keys);
        flush();
      },
      backoffMs(++this.postponements, RETRY),
    );
    this.#timers.add(timer);
  }

  makeAllDue(): void {
    this.results.makeAllDue();
    this.releases.makeAllDue();
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #itemsMax(): number {
    return Math.min(FRAME_ITEMS, this.limits.maxBatchItems || FRAME_ITEMS);
  }

  #bytesMax(): number {
    return Math.min(FRAME_BYTES, this.#entryBytesMax());
  }

  #entryBytesMax(): number {
    const { maxFrameBytes } = this.limits;
    return maxFrameBytes === 0 ? Infinity : maxFrameBytes - FRAME_OVERHEAD;
  }

  #takeProgress(): BatchItem[] {
    let bytes = 0;
    let count = 0;
    for (const item of this.#progress) {
      bytes += item.entry.length;
      if (count >= this.#itemsMax() || (count > 0 && bytes > this.#bytesMax())) break;
      count++;
    }
    return this.#progress.splice(0, count).filter((item) => item.entry.length <= this.#entryBytesMax());
  }

  #fit(item: BatchItem): BatchItem {
    const bytesMax = this.#entryBytesMax();
    if (item.entry.length <= bytesMax) return item;
    const { jobId, attempt, leaseEpoch } = item;
    const failure = {
      errorType: "RESULT_TOO_LARGE",
      message: `the result takes ${item.entry.length} bytes, a frame holds ${bytesMax}`,
      nonRetryable: true,
    };
    return { ...item, entry: toEntry(encodeResult({ ref: { jobId, attempt, leaseEpoch }, failure })) };
  }
}

function entryOf(item: BatchItem): Buffer {
  return item.entry;
}

function items(batch: Uint8Array<ArrayBuffer> | undefined): BatchItem[] {
  return batch === undefined ? [] : splitBatch(Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength));
}
