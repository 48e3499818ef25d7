/**
 * Tells watchers of this replica that jobs changed. Verbs call `changed` after their commit, and so does whoever
 * receives `jobs_changed` nudges from other replicas. A call that nobody cares about costs one comparison; a call
 * that is missed costs a watcher one slow poll. Knows ids only, reads nothing.
 */

type Wake = () => void;

export interface JobRange {
  /** Both inclusive. */
  readonly firstJobId: number;
  readonly lastJobId: number;
}

export class JobChanges {
  readonly #jobs = new Map<number, Set<Wake>>();
  readonly #ranges = new Map<Wake, JobRange>();

  /** Ask before collecting ids for `changed`. */
  hasWatchers(): boolean {
    return this.#jobs.size > 0 || this.#ranges.size > 0;
  }

  /** Those of the jobs that somebody here watches, alone or by their graph's range. */
  interests(jobIds: readonly number[]): readonly number[] {
    if (!this.hasWatchers()) return [];
    const ranges = [...this.#ranges.values()];
    return jobIds.filter((id) => this.#jobs.has(id) || ranges.some((range) => isWithin(range, id)));
  }

  /** Wakes whoever watches one of these jobs. Never throws, never waits. */
  changed(jobIds: readonly number[]): void {
    if (!this.hasWatchers()) return;
    if (this.#jobs.size > 0) {
      for (const id of jobIds) for (const wake of this.#jobs.get(id) ?? []) wake();
    }
    for (const [wake, range] of this.#ranges) {
      if (jobIds.some((id) => isWithin(range, id))) wake();
    }
  }

  /** Returns the way to stop. */
  onJob(id: number, wake: Wake): () => void {
    const wakes = this.#jobs.get(id) ?? new Set();
    this.#jobs.set(id, wakes.add(wake));
    return () => {
      if (wakes.delete(wake) && wakes.size === 0) this.#jobs.delete(id);
    };
  }

  /** `wake` may be called for another job in the range, too. Returns the way to stop. */
  onRange(range: JobRange, wake: Wake): () => void {
    this.#ranges.set(wake, range);
    return () => void this.#ranges.delete(wake);
  }
}

function isWithin({ firstJobId, lastJobId }: JobRange, id: number): boolean {
  return id >= firstJobId && id <= lastJobId;
}
