/**
 * Adaptive group commit: flushes at once when nothing is in flight, and collects while the previous flush is. Low
 * latency when quiet, large batches when busy. Submit, claim, finish and heartbeat each have one. A second flush begins
 * beside the first only when that takes long: a commit of its own for each item that comes a little later would cost
 * Postgres, and all that wait for it, more than waiting costs the item. Items keep their order inside a flush; with
 * more than one lane, flushes may overtake each other. A flush may say when the store has answered it: then the next is
 * on its way to Postgres while what follows from this one is worked out.
 */

export interface Lanes {
  /** Flushes in flight at once, 1..4. */
  readonly max: number;
  /** How long the last one may take before another begins beside it, ms; of a whole batch nothing is waited for. */
  readonly patienceMs: number;
}

/** Nothing ever overtakes. */
export const ONE_LANE: Lanes = { max: 1, patienceMs: 0 };

export interface GroupCommitOptions<Item, Answer> {
  readonly lanes: Lanes;
  /** Most weight in one flush; a single heavier item goes alone. */
  readonly weightMax: number;
  readonly weightOf: (item: Item) => number;
  /** One answer an item, in order. A rejection rejects every item of the flush. */
  readonly flush: (items: readonly Item[], committed: Committed) => Promise<readonly Answer[]>;
  /** Waits this long for company before a flush, for items that nobody waits for. 0: not at all. */
  readonly gatherMs?: number;
  /** Called after each flush that did not fail. */
  readonly onFlushed?: (items: readonly Item[], seconds: number) => void;
}

/** To be awaited once the store has answered, if anything takes time after that. Resolves when the next flush was sent. */
export type Committed = () => Promise<void> | undefined;

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export class GroupCommit<Item, Answer> {
  readonly #options: GroupCommitOptions<Item, Answer>;
  #waiting: Waiting<Item, Answer>[] = [];
  #waitingWeight = 0;
  #inFlight = 0;
  #scheduled = false;
  #startedMono = 0;
  #impatient: NodeJS.Timeout | undefined;

  constructor(options: GroupCommitOptions<Item, Answer>) {
    this.#options = options;
  }

  /** Weight of the items that no flush has taken yet, for back-pressure. */
  get backlog(): number {
    return this.#waitingWeight;
  }

  add(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#waitingWeight += this.#options.weightOf(item);
      this.#schedule();
    });
  }

  /** One turn later, so that everything that arrives in this turn of the event loop goes together. */
  #schedule(): void {
    const { gatherMs = 0, lanes } = this.#options;
    if (this.#scheduled || this.#inFlight >= lanes.max || this.#waiting.length === 0) return;
    if (!this.#mayBegin()) return;
    this.#scheduled = true;
    const soon = gatherMs === 0 ? queueMicrotask : (then: () => void) => void setTimeout(then, gatherMs);
    soon(() => {
      this.#scheduled = false;
      this.#begin();
    });
  }

  #begin(): void {
    while (this.#inFlight < this.#options.lanes.max && this.#waiting.length > 0 && this.#mayBegin())
      void this.#flush(this.#next());
  }

  /** When not yet, this is asked again as soon as it may be so. */
  #mayBegin(): boolean {
    const { lanes, weightMax } = this.#options;
    if (this.#inFlight === 0 || this.#waitingWeight >= weightMax) return true;
    const leftMs = this.#startedMono + lanes.patienceMs - performance.now();
    if (leftMs <= 0) return true;
    this.#impatient ??= setTimeout(() => {
      this.#impatient = undefined;
      this.#schedule();
    }, leftMs);
    return false;
  }

  #next(): Waiting<Item, Answer>[] {
    let weight = 0;
    let count = 0;
    for (const { item } of this.#waiting) {
      const next = this.#options.weightOf(item);
      if (count > 0 && weight + next > this.#options.weightMax) break;
      weight += next;
      count++;
    }
    this.#waitingWeight -= weight;
    return this.#waiting.splice(0, count);
  }

  async #flush(batch: readonly Waiting<Item, Answer>[]): Promise<void> {
    this.#inFlight++;
    const startedMono = (this.#startedMono = performance.now());
    let seconds: number | null = null;
    const done = (): void => {
      if (seconds !== null) return;
      seconds = (performance.now() - startedMono) / 1000;
      this.#inFlight--;
      clearTimeout(this.#impatient);
      this.#impatient = undefined;
    };
    const committed = (): Promise<void> | undefined => {
      done();
      if (this.#waiting.length === 0 || this.#scheduled) return undefined;
      this.#begin();
      return new Promise((resolve) => setImmediate(resolve)); // a connection is had in steps
    };
    try {
      const items = batch.map((waiting) => waiting.item);
      const answers = await this.#options.flush(items, committed);
      done();
      this.#options.onFlushed?.(items, seconds ?? 0);
      for (const [at, waiting] of batch.entries()) waiting.resolve(answers[at] as Answer);
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    } finally {
      done();
      this.#schedule();
    }
  }
}
