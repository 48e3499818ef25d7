/**
 * Jobs that wait for a free slot, the most urgent level first, in order of arrival within it: jobs are fetched ahead, and
 * an urgent one that comes later must not wait behind them. Who has waited for `patienceMs` is overtaken no more.
 */
export interface WaitingJob {
  readonly priority: number;
  /** When it came, ms of the monotonic clock; never less than that of the one added before. */
  readonly receivedAtMs: number;
}

/** As in the contract: 4 and above is high, 2 and 3 medium, 1 and below low. */
const HIGH_MIN = 4;
const MEDIUM_MIN = 2;
/** So many places of jobs that have left are kept before they are given back to memory. */
const LEFT_MAX = 256;

/** First in, first out. */
class Line<Job extends WaitingJob> {
  #jobs: Job[] = [];
  #left = 0;

  get first(): Job | undefined {
    return this.#jobs[this.#left];
  }

  push(job: Job): void {
    this.#jobs.push(job);
  }

  shift(): Job | undefined {
    const job = this.first;
    if (job === undefined) return undefined;
    if (++this.#left >= LEFT_MAX || this.#left === this.#jobs.length) {
      this.#jobs.splice(0, this.#left);
      this.#left = 0;
    }
    return job;
  }
}

export class WaitingJobs<Job extends WaitingJob> {
  readonly #patienceMs: number;
  /** High, medium, low. */
  readonly #lines = [new Line<Job>(), new Line<Job>(), new Line<Job>()] as const;
  #size = 0;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  get size(): number {
    return this.#size;
  }

  /** When the one that has waited longest came; undefined when none waits. */
  get oldestMs(): number | undefined {
    return this.#oldest()?.first?.receivedAtMs;
  }

  add(job: Job): void {
    const [high, medium, low] = this.#lines;
    const line = job.priority >= HIGH_MIN ? high : job.priority >= MEDIUM_MIN ? medium : low;
    line.push(job);
    this.#size++;
  }

  /** The next to start; it waits no more. */
  next(nowMs: number): Job | undefined {
    const oldest = this.#oldest();
    const isLate = (oldest?.first?.receivedAtMs ?? nowMs) <= nowMs - this.#patienceMs;
    return this.#take(isLate ? oldest : this.#lines.find((line) => line.first !== undefined));
  }

  /** Those that came at `beforeMs` or earlier; they wait no more. */
  takeUntil(beforeMs: number): Job[] {
    const taken: Job[] = [];
    for (const line of this.#lines) {
      while (line.first !== undefined && line.first.receivedAtMs <= beforeMs) {
        const job = this.#take(line);
        if (job !== undefined) taken.push(job);
      }
    }
    return taken;
  }

  takeAll(): Job[] {
    return this.takeUntil(Number.POSITIVE_INFINITY);
  }

  #take(line: Line<Job> | undefined): Job | undefined {
    const job = line?.shift();
    if (job !== undefined) this.#size--;
    return job;
  }

  #oldest(): Line<Job> | undefined {
    let oldest: Line<Job> | undefined;
    for (const line of this.#lines) {
      const { first } = line;
      if (first === undefined) continue;
      if (oldest?.first === undefined || first.receivedAtMs < oldest.first.receivedAtMs) oldest = line;
    }
    return oldest;
  }
}
