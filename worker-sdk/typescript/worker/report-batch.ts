/**
 * Gathers what there is to say about jobs and hands it to the transport in batches: at once when the loop comes
 * round, earlier when 64 results or 64 KiB are together. Progress waits a little longer, so that a handler may
 * report it in a tight loop. A job that ends before the batch leaves sends its result only, and what it saved for its
 * next attempt if there may be one.
 */
import type { JobResult } from "../../../proto/gen/muster/worker/v1/JobResult.js";
import type { Progress as WireProgress } from "../../../proto/gen/muster/worker/v1/Progress.js";
import type { Release } from "../../../proto/gen/muster/worker/v1/Release.js";
import { toWire } from "../payload.js";
import { encodeProgress, encodeReleases, encodeResults } from "../transport/frames.js";
import { exactCopy, type ToTransport } from "../transport/messages.js";
import type { RunningJob } from "./running-job.js";

const ITEMS_MAX = 64;
const BYTES_MAX = 64 * 1024;
const PROGRESS_MS = 50;

type Send = (message: ToTransport, transfer: ArrayBuffer[]) => void;

export class ReportBatch {
  readonly #send: Send;
  #results: JobResult[] = [];
  #resultBytes = 0;
  #releases: Release[] = [];
  #started: RunningJob[] = [];
  readonly #progressed = new Set<RunningJob>();
  #isScheduled = false;
  #progressTimer: NodeJS.Timeout | undefined;

  constructor(send: Send) {
    this.#send = send;
  }

  /** @param bytes about how long it is */
  result(result: JobResult, bytes: number): void {
    this.#results.push(result);
    this.#resultBytes += bytes;
    if (this.#results.length >= ITEMS_MAX || this.#resultBytes >= BYTES_MAX) this.flush();
    else this.#schedule();
  }

  release(release: Release): void {
    this.#releases.push(release);
    this.#schedule();
  }

  started(job: RunningJob): void {
    this.#started.push(job);
    this.#schedule();
  }

  progressed(job: RunningJob, isUrgent: boolean): void {
    this.#progressed.add(job);
    if (isUrgent) this.#schedule();
    else this.#progressTimer ??= setTimeout(() => this.flush(), PROGRESS_MS);
  }

  flush(): void {
    this.#isScheduled = false;
    clearTimeout(this.#progressTimer);
    this.#progressTimer = undefined;
    const started = this.#started.filter((job) => !job.isClosed);
    const progress = this.#takeProgress(started);
    const transfer: ArrayBuffer[] = [];
    const own = (bytes: Buffer): Uint8Array<ArrayBuffer> => {
      const copy = exactCopy(bytes);
      transfer.push(copy.buffer);
      return copy;
    };
    const message: ToTransport = {
      kind: "jobs",
      ...(started.length > 0 && { started: started.map((job) => job.id) }),
      ...(progress.length > 0 && { progress: own(encodeProgress({ items: progress })) }),
      ...(this.#releases.length > 0 && { releases: own(encodeReleases({ releases: this.#releases })) }),
      ...(this.#results.length > 0 && { results: own(encodeResults(this.#results)) }),
    };
    this.#started = [];
    this.#releases = [];
    this.#results = [];
    this.#resultBytes = 0;
    if (Object.keys(message).length > 1) this.#send(message, transfer);
  }

  /** Flushed once the current turn of the loop has collected what it can. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#isScheduled && this.flush());
  }

  #takeProgress(started: readonly RunningJob[]): WireProgress[] {
    const items: WireProgress[] = [];
    for (const job of started) {
      if (job.isTimed || job.wasBuffered) items.push({ ref: job.ref, state: "PROGRESS_STATE_STARTED" });
    }
    for (const job of this.#progressed) {
      const { unsent } = job;
      if (unsent === undefined) continue; // that of a job which has just ended goes before its result
      job.unsent = { ...unsent, checkpoint: undefined };
      items.push({
        ref: job.ref,
        state: "PROGRESS_STATE_RUNNING",
        fraction: unsent.fraction,
        note: unsent.note,
        ...(unsent.checkpoint !== undefined && { checkpoint: toWire(unsent.checkpoint) }),
      });
    }
    this.#progressed.clear();
    return items;
  }
}
