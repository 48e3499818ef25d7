/**
 * Stands before the dispatcher for jobs with concurrency keys: such a job gets a hint only when it is its turn in its
 * key, so jobs that wait for a key lie nowhere but in Postgres. Whatever may give a key its next turn (a job became
 * ready, one left running, a claim was refused) names the key here; the keys of one moment are looked up together.
 *
 * | when | what happens |
 * |---|---|
 * | this replica dies between an end and the look | the reconciler of any replica finds whose turn it is |
 * | two replicas look at once | the same hints twice; the claim counts under the lock of the key |
 * | Postgres is away | the look is lost; the reconciler's comes later |
 */
import type { ReadySink } from "../coordinator/aftermath.js";
import type { QueueDirectory } from "../coordinator/queue-directory.js";
import type { LimitStore } from "../core/limit-store.js";
import type { Metrics } from "../core/metrics.js";
import type { Logger } from "../core/ports.js";
import type { ChangedJob } from "../core/settlement.js";
import type { QueueRooms } from "./queue-rooms.js";

export interface LimitGateOptions {
  readonly limitStore: Pick<LimitStore, "turns" | "leftPlaces" | "openKeys">;
  readonly queues: QueueDirectory;
  readonly rooms: QueueRooms;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** The dispatcher: takes jobs that may start. */
  readonly ready: Omit<ReadySink, "freed"> & { giveBack(jobs: readonly ChangedJob[]): void };
  readonly isInHand: (jobId: number) => boolean;
}

/** Keys in one statement. */
const KEYS_MAX = 500;
/** A job that someone holds locked is looked for again after this long. */
const GIVE_BACK_DELAY_MS = 5;

export class LimitGate implements ReadySink {
  readonly #options: LimitGateOptions;
  readonly #keys = new Map<number, Set<string>>();
  #freed: number[] = [];
  #isLooking = false;

  constructor(options: LimitGateOptions) {
    this.#options = options;
  }

  offer(jobs: readonly ChangedJob[]): void {
    const free = this.#withoutKeyed(jobs);
    if (free.length > 0) this.#options.ready.offer(free);
  }

  putBack(jobs: readonly ChangedJob[]): void {
    const free = this.#withoutKeyed(jobs);
    if (free.length > 0) this.#options.ready.putBack(free);
  }

  giveBack(jobs: readonly ChangedJob[]): void {
    const free = jobs.filter((job) => !isKeyed(job));
    if (free.length > 0) this.#options.ready.giveBack(free);
    if (free.length < jobs.length) setTimeout(() => this.#withoutKeyed(jobs), GIVE_BACK_DELAY_MS).unref();
  }

  freed(jobIds: readonly number[]): void {
    for (const id of jobIds) this.#freed.push(id);
    this.#lookSoon();
  }

  /** Looks whose turn it is in the keys of these jobs. */
  look(jobs: readonly ChangedJob[]): void {
    this.#withoutKeyed(jobs);
  }

  /**
   * Whose turn it is in up to 500 keys of a queue, for the reconciler and for dispatch without the ready queue.
   * @returns the last key looked at, null at the end
   */
  async turnsAfter(
    queueId: number,
    afterKey: string | null,
  ): Promise<{ readonly jobs: readonly ChangedJob[]; readonly lastKey: string | null }> {
    if (this.#options.queues.byId(queueId)?.keyed !== true) return { jobs: [], lastKey: null };
    const keys = await this.#options.limitStore.openKeys(queueId, afterKey, KEYS_MAX);
    const jobs = keys.length === 0 ? [] : await this.#turns(queueId, keys);
    return { jobs, lastKey: keys.length < KEYS_MAX ? null : (keys.at(-1) ?? null) };
  }

  /** The limits of the queue have changed: everything that waits under them is looked at again. */
  async recheck(queueId: number): Promise<void> {
    this.#options.rooms.forget(queueId);
    let afterKey: string | null = null;
    do {
      const { jobs, lastKey } = await this.turnsAfter(queueId, afterKey);
      this.#give(jobs);
      afterKey = lastKey;
    } while (afterKey !== null);
  }

  /** Notes the keys of the jobs that have one. @returns the others */
  #withoutKeyed(jobs: readonly ChangedJob[]): readonly ChangedJob[] {
    if (!jobs.some(isKeyed)) return jobs;
    this.#options.queues.learn(jobs);
    // A job that ended without having run may have been the one whose turn it was: nothing else says that it is over.
    for (const job of jobs)
      if (isKeyed(job) && job.state !== "running") this.#note(job.queueId, job.concurrencyKey);
    this.#lookSoon();
    return jobs.filter((job) => !isKeyed(job));
  }

  #note(queueId: number, key: string): void {
    const keys = this.#keys.get(queueId);
    if (keys === undefined) this.#keys.set(queueId, new Set([key]));
    else keys.add(key);
  }

  #lookSoon(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    setImmediate(() => {
      void this.#lookAtNoted().finally(() => {
        this.#isLooking = false;
        if (this.#freed.length > 0 || this.#keys.size > 0) this.#lookSoon();
      });
    });
  }

  async #lookAtNoted(): Promise<void> {
    const freed = this.#freed;
    this.#freed = [];
    try {
      if (freed.length > 0) await this.#noteFreed(freed);
      const noted = [...this.#keys];
      this.#keys.clear();
      for (const [queueId, keys] of noted) {
        const all = [...keys];
        for (let at = 0; at < all.length; at += KEYS_MAX)
          this.#give(await this.#turns(queueId, all.slice(at, at + KEYS_MAX)));
      }
    } catch (error) {
      this.#options.logger.debug({ error }, "limits.look_failed");
    }
  }

  async #noteFreed(jobIds: readonly number[]): Promise<void> {
    const places = await this.#options.limitStore.leftPlaces(jobIds);
    for (const { queueId, key } of places) if (key !== null) this.#note(queueId, key);
    for (const queueId of new Set(places.map((place) => place.queueId))) this.#options.rooms.freed(queueId);
  }

  async #turns(queueId: number, keys: readonly string[]): Promise<readonly ChangedJob[]> {
    this.#options.metrics.limitsRead("turns");
    const jobs = await this.#options.limitStore.turns(queueId, keys);
    return jobs.filter((job) => !this.#options.isInHand(job.id));
  }

  #give(jobs: readonly ChangedJob[]): void {
    if (jobs.length > 0) this.#options.ready.offer(jobs);
  }
}

function isKeyed(job: ChangedJob): job is ChangedJob & { readonly concurrencyKey: string } {
  return job.concurrencyKey !== null && job.concurrencyKey !== undefined;
}
