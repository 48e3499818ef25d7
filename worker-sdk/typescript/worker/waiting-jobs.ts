/**
 * Jobs that wait for a free slot, the most urgent level first, within it in order of arrival and slack: jobs are fetched
 * ahead, and an urgent one that comes later must not wait behind them. Who has waited in its place for `patienceMs` is
 * overtaken no more.
 */
export interface WaitingJob {
  readonly priority: number;
  /** When it came, ms of the monotonic clock; never less than that of the one added before. */
  readonly receivedAtMs: number;
  /** It lets those of its level that came so much later go before it. */
  readonly slackMs: number;
}

function placeMs({ receivedAtMs, slackMs }: WaitingJob): number {
  return receivedAtMs + slackMs;
}

/** As in the contract: 4 and above is high, 2 and 3 medium, 1 and below low. */
const HIGH_MIN = 4;
const MEDIUM_MIN = 2;
/** So many places of jobs that have left are kept before they are given back to memory. */
const LEFT_MAX = 256;

/** In the order of their places; those of equal places first in, first out. */
class Line<Job extends WaitingJob> {
  #jobs: Job[] = [];
  #left = 0;

  get first(): Job | undefined {
    return this.#jobs[this.#left];
  }

  add(job: Job): void {
    const last = this.#jobs.at(-1);
    if (last === undefined || placeMs(last) <= placeMs(job)) this.#jobs.push(job);
    else this.#jobs.splice(this.#behindEquals(placeMs(job)), 0, job);
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

  /** When the one that came first did; undefined when none waits. */
  oldestMs(): number | undefined {
    return this.#waiting().reduce<number | undefined>(
      (oldest, { receivedAtMs }) => (oldest === undefined || receivedAtMs < oldest ? receivedAtMs : oldest),
      undefined,
    );
  }

  takeUntil(beforeMs: number): Job[] {
    const waiting = this.#waiting();
    this.#jobs = waiting.filter(({ receivedAtMs }) => receivedAtMs > beforeMs);
    this.#left = 0;
    return waiting.filter(({ receivedAtMs }) => receivedAtMs <= beforeMs);
  }

  #waiting(): Job[] {
    return this.#jobs.slice(this.#left);
  }

  #behindEquals(place: number): number {
    let [low, high] = [this.#left, this.#jobs.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (placeMs(this.#jobs[middle] as Job) <= place) low = middle + 1;
      else high = middle;
    }
    return low;
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
    const oldest = this.#lines.flatMap((line) => line.oldestMs() ?? []);
    return oldest.length === 0 ? undefined : Math.min(...oldest);
  }

  add(job: Job): void {
    const [high, medium, low] = this.#lines;
    const line = job.priority >= HIGH_MIN ? high : job.priority >= MEDIUM_MIN ? medium : low;
    line.add(job);
    this.#size++;
  }

  /** The next to start; it waits no more. */
  next(nowMs: number): Job | undefined {
    const foremost = this.#foremost();
    const first = foremost?.first;
    const isLate = first !== undefined && placeMs(first) <= nowMs - this.#patienceMs;
    const job = (isLate ? foremost : this.#lines.find((line) => line.first !== undefined))?.shift();
    if (job !== undefined) this.#size--;
    return job;
  }

  /** Those that came at `beforeMs` or earlier; they wait no more. */
  takeUntil(beforeMs: number): Job[] {
    const taken = this.#lines.flatMap((line) => line.takeUntil(beforeMs));
    this.#size -= taken.length;
    return taken;
  }

  takeAll(): Job[] {
    return this.takeUntil(Number.POSITIVE_INFINITY);
  }

  /** The line whose first has the earliest place. */
  #foremost(): Line<Job> | undefined {
    let foremost: Line<Job> | undefined;
    for (const line of this.#lines) {
      const { first } = line;
      if (first === undefined) continue;
      if (foremost?.first === undefined || placeMs(first) < placeMs(foremost.first)) foremost = line;
    }
    return foremost;
  }
}
