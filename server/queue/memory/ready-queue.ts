/**
 * The ready queue of embedded mode: in this process, for this process. Same contract as the one in Redis. Its
 * data is new whenever the process is, so the first `checkLost` says so and the reconciler fills it.
 */
import { queueKeyText } from "../../core/ports.js";
import type { QueueKey, ReadyDepth, ReadyHint, ReadyQueue, Taken, TakeOptions } from "../../core/ports.js";
import { AGEING_BATCH, checkTakeMax, DEFAULT_AGEING, type Ageing } from "../ageing.js";
import { QueueLevels } from "./queue-levels.js";

export class MemoryReadyQueue implements ReadyQueue {
  readonly #ageing: Ageing;
  readonly #nowMs: () => number;
  readonly #queues = new Map<string, QueueLevels>();
  #isNew = true;

  /** @param nowMs wall clock, ms */
  constructor(ageing: Ageing = DEFAULT_AGEING, nowMs: () => number = Date.now) {
    this.#ageing = ageing;
    this.#nowMs = nowMs;
  }

  put(queue: QueueKey, hints: readonly ReadyHint[]): Promise<boolean> {
    const name = queueKeyText(queue);
    let levels = this.#queues.get(name);
    if (levels === undefined) {
      levels = new QueueLevels();
      this.#queues.set(name, levels);
    }
    for (const hint of hints) levels.put(hint);
    return Promise.resolve(true); // there is no call to be saved by waiting for more
  }

  /** Types have heaps of their own, so every take reaches the end. */
  take(queue: QueueKey, options: TakeOptions): Promise<Taken> {
    checkTakeMax(options.max);
    const levels = this.#queues.get(queueKeyText(queue));
    if (levels === undefined) return Promise.resolve({ hints: [], stoppedAt: null });
    const nowUs = this.#nowMs() * 1_000;
    const toHighUs = nowUs - this.#ageing.toHighMs * 1_000;
    const most = Math.max(options.max, AGEING_BATCH);
    levels.moveUp("low", "high", toHighUs, most);
    levels.moveUp("medium", "high", toHighUs, most);
    levels.moveUp("low", "medium", nowUs - this.#ageing.lowToMediumMs * 1_000, most);
    const hints = levels.take(options.max, options.types);
    this.#forgetIfEmpty(queue, levels);
    return Promise.resolve({ hints, stoppedAt: null });
  }

  discard(queue: QueueKey, jobs: readonly { readonly jobId: number }[]): Promise<void> {
    const levels = this.#queues.get(queueKeyText(queue));
    if (levels !== undefined) {
      for (const job of jobs) levels.discard(job.jobId);
      this.#forgetIfEmpty(queue, levels);
    }
    return Promise.resolve();
  }

  depth(queue: QueueKey): Promise<ReadyDepth> {
    const levels = this.#queues.get(queueKeyText(queue)) ?? new QueueLevels();
    return Promise.resolve({
      high: levels.depth("high"),
      medium: levels.depth("medium"),
      low: levels.depth("low"),
    });
  }

  missing(queue: QueueKey, jobs: readonly ReadyHint[]): Promise<ReadyHint[]> {
    const levels = this.#queues.get(queueKeyText(queue));
    return Promise.resolve(jobs.filter((job) => levels?.has(job.jobId) !== true));
  }

  checkLost(): Promise<boolean> {
    const isLost = this.#isNew;
    this.#isNew = false;
    return Promise.resolve(isLost);
  }

  /** There are no other replicas. */
  onWake(): () => void {
    return () => undefined;
  }

  /** It is never away. */
  onUpDown(): () => void {
    return () => undefined;
  }

  isUp(): boolean {
    return true;
  }

  close(): Promise<void> {
    this.#queues.clear();
    return Promise.resolve();
  }

  #forgetIfEmpty(queue: QueueKey, levels: QueueLevels): void {
    if (levels.isEmpty) this.#queues.delete(queueKeyText(queue));
  }
}
