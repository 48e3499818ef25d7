/**
 * Repairs what a process that died left undone. Keeps the ready queue equal to Postgres: puts back hints that were
 * lost, a bounded number of rows a round, and everything at once when the ready queue says that it lost its data.
 *
 * | when | what happens |
 * |---|---|
 * | Redis was wiped or restarted empty | its sentinel is missing: all ready jobs are put again now |
 * | a take timed out, a replica died with hints in hand | the next rounds find the jobs and put them back |
 * | a replica died between an end and the lowering of what it had raised | the next look lowers it |
 * | the ready queue is away | nothing; the dispatcher reads Postgres meanwhile |
 */
import { failpoints } from "../core/failpoints.js";
import type { Metrics } from "../core/metrics.js";
import { queueKeyText, type Logger, type ReadyHint, type ReadyQueue } from "../core/ports.js";
import { levelOf } from "../core/priority.js";
import type { ChangedJob } from "../core/settlement.js";
import type { QueueRow, Store } from "../core/store.js";
import type { QueueDirectory } from "../coordinator/queue-directory.js";
import type { LimitGate } from "./limit-gate.js";
import { Loop } from "./loop.js";

export interface ReconcilerOptions {
  readonly store: Pick<Store, "readyPage" | "staleRaises" | "lowerAncestors">;
  readonly readyQueue: ReadyQueue;
  readonly queues: QueueDirectory;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly intervalMs: number;
  /** Hints are in the hands of this replica's dispatcher or in a claim under way: not lost. */
  readonly isInHand: (jobId: number) => boolean;
  /** Ready jobs whose turn it is among up to 500 keys: the only ones with keys that have hints. */
  readonly turnsAfter: LimitGate["turnsAfter"];
  /** Something was put. */
  readonly onPut: () => void;
}

const PAGE = 2000;
const ROWS_A_ROUND = 20_000;
/** A look at a queue counts for as many rows, also when nothing is ready in it. */
const ROWS_A_LOOK = 50;
const SENTINEL_INTERVAL_MS = 500;
/** Looking for stale raises reads all open jobs. */
const RAISES_INTERVAL_MS = 60_000;
const RAISES_MAX = 500;

export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #loop: Loop;
  readonly #sentinel: Loop;
  readonly #raises: Loop;
  /** Where the walk over each queue's ready jobs goes on. */
  readonly #cursors = new Map<string, number>();
  readonly #keyCursors = new Map<number, string | null>();
  /** The queue with which the next round begins: one round does not come to the end of many queues. */
  #nextQueueId = 0;
  #isRefillDue = false;
  #stopUpDown: () => void = () => undefined;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#loop = new Loop({
      name: "reconciler",
      intervalMs: options.intervalMs,
      logger: options.logger,
      run: () => this.#round(),
    });
    this.#sentinel = new Loop({
      name: "sentinel",
      intervalMs: SENTINEL_INTERVAL_MS,
      logger: options.logger,
      run: () => this.#checkLost(),
    });
    this.#raises = new Loop({
      name: "raises",
      intervalMs: RAISES_INTERVAL_MS,
      logger: options.logger,
      run: () => this.lowerStale(),
    });
  }

  /** Priorities that only an ended job had raised sink back, if nobody did it at the time. */
  async lowerStale(): Promise<void> {
    const { store, readyQueue, queues } = this.#options;
    for (const job of await store.lowerAncestors(await store.staleRaises(RAISES_MAX))) {
      const queue = queues.byId(job.queueId);
      // One with a key has a hint only while it is its turn: the next look at turns moves that.
      if (queue !== undefined && (job.concurrencyKey ?? null) === null)
        await readyQueue.put(queue, [hintOf(job)]);
    }
  }

  start(): void {
    this.#stopUpDown = this.#options.readyQueue.onUpDown((isUp) => {
      // Hints that were to be put while it was away are only in Postgres.
      if (isUp) this.#refillWhole();
    });
    this.#loop.start();
    this.#sentinel.start();
    this.#raises.start();
    this.#sentinel.nudge();
  }

  async stop(): Promise<void> {
    this.#stopUpDown();
    await Promise.all([this.#loop.stop(), this.#sentinel.stop(), this.#raises.stop()]);
  }

  runOnce(): Promise<void> {
    return this.#loop.runOnce();
  }

  /** Puts every ready job again. @returns how many */
  async refill(): Promise<number> {
    let hints = 0;
    for (const queue of await this.#allQueues()) {
      let after = 0;
      for (;;) {
        const page = await this.#options.store.readyPage(queue.id, after, PAGE);
        if (failpoints.reach !== null && page.length > 0) await failpoints.reach("refill.page");
        await this.#options.readyQueue.put(queue, page.map(hintOf));
        hints += page.length;
        if (page.length < PAGE) break;
        after = page.at(-1)?.id ?? after;
      }
      hints += await this.#refillTurns(queue);
    }
    this.#options.logger.info({ hints }, "ready_queue.refilled");
    this.#options.onPut();
    return hints;
  }

  async #refillTurns(queue: QueueRow): Promise<number> {
    let hints = 0;
    let afterKey: string | null = null;
    do {
      const { jobs, lastKey } = await this.#options.turnsAfter(queue.id, afterKey);
      await this.#options.readyQueue.put(queue, jobs.map(hintOf));
      hints += jobs.length;
      afterKey = lastKey;
    } while (afterKey !== null);
    return hints;
  }

  async #checkLost(): Promise<void> {
    if (!this.#options.readyQueue.isUp()) return;
    if (await this.#options.readyQueue.checkLost()) this.#isRefillDue = true;
    if (!this.#isRefillDue) return;
    await this.refill();
    this.#isRefillDue = false;
  }

  /** What a refill that failed on the way has not put is put by the next look at the sentinel. */
  #refillWhole(): void {
    this.#isRefillDue = true;
    this.#sentinel.nudge();
  }

  async #round(): Promise<void> {
    if (!this.#options.readyQueue.isUp()) return;
    let rows = ROWS_A_ROUND;
    for (const queue of inTurn(await this.#allQueues(), this.#nextQueueId)) {
      this.#nextQueueId = queue.id;
      if (rows <= 0) return;
      await this.#repairTurns(queue);
      for (let isDone = false; !isDone && rows > 0;) {
        const page = await this.#repairPage(queue);
        rows -= Math.max(ROWS_A_LOOK, page);
        isDone = page < PAGE;
      }
    }
  }

  /** @returns how many ready jobs it looked at; fewer than a page at the end of the queue's jobs */
  async #repairPage(queue: QueueRow): Promise<number> {
    const { store } = this.#options;
    const key = queueKeyText(queue);
    const page = await store.readyPage(queue.id, this.#cursors.get(key) ?? 0, PAGE);
    await this.#repair(queue, page);
    this.#cursors.set(key, page.length < PAGE ? 0 : (page.at(-1)?.id ?? 0));
    return page.length;
  }

  async #repairTurns(queue: QueueRow): Promise<void> {
    const { turnsAfter } = this.#options;
    const { jobs, lastKey } = await turnsAfter(queue.id, this.#keyCursors.get(queue.id) ?? null);
    this.#keyCursors.set(queue.id, lastKey);
    await this.#repair(queue, jobs);
  }

  async #repair(queue: QueueRow, jobs: readonly ChangedJob[]): Promise<void> {
    const { readyQueue, metrics, logger, isInHand, onPut } = this.#options;
    const missing = await readyQueue.missing(queue, jobs.filter((job) => !isInHand(job.id)).map(hintOf));
    if (missing.length === 0) return;
    if (failpoints.reach !== null) await failpoints.reach("reconcile.missing");
    await readyQueue.put(queue, missing);
    metrics.driftRepaired(missing.length);
    logger.debug({ queue: queue.name, hints: missing.length }, "ready_queue.drift_repaired");
    onPut();
  }

  async #allQueues(): Promise<readonly QueueRow[]> {
    await this.#options.queues.refresh();
    return this.#options.queues.all();
  }
}

/** All of them, from this id on and then from the beginning. */
function inTurn(queues: readonly QueueRow[], fromId: number): QueueRow[] {
  const sorted = queues.toSorted((a, b) => a.id - b.id);
  return [...sorted.filter(({ id }) => id >= fromId), ...sorted.filter(({ id }) => id < fromId)];
}

function hintOf(job: ChangedJob): ReadyHint {
  return {
    jobId: job.id,
    type: job.type,
    level: levelOf(job.effectivePriority),
    readyUs: job.readyUs ?? 0,
  };
}
