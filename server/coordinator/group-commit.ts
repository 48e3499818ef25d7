/**
 * Adaptive group commit: flushes at once when a lane is idle, and collects while the previous flush is in flight.
 * Low latency when quiet, large batches when busy; no timer, but for items that nobody waits for. Submit, claim, finish and heartbeat each have one.
 * Items keep their order inside a flush; with more than one lane, flushes may overtake each other.
 */

export interface GroupCommitOptions<Item, Answer> {
  /** Flushes in flight at once, 1..4. */
  readonly lanes: number;
  /** Most weight in one flush; a single heavier item goes alone. */
  readonly weightMax: number;
  readonly weightOf: (item: Item) => number;
  /** One answer an item, in order. A rejection rejects every item of the flush. */
  readonly flush: (items: readonly Item[]) => Promise<readonly Answer[]>;
  /** Waits this long for company before a flush, for items that nobody waits for. 0: not at all. */
  readonly gatherMs?: number;
  /** Called after each flush that did not fail. */
  readonly onFlushed?: (items: number, seconds: number) => void;
}

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
    if (this.#scheduled || this.#inFlight >= this.#options.lanes || this.#waiting.length === 0) return;
    this.#scheduled = true;
    const { gatherMs = 0 } = this.#options;
    const soon = gatherMs === 0 ? queueMicrotask : (then: () => void) => void setTimeout(then, gatherMs);
    soon(() => {
      this.#scheduled = false;
      while (this.#inFlight < this.#options.lanes && this.#waiting.length > 0) void this.#flush(this.#next());
    });
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
    const startedMs = performance.now();
    try {
      const answers = await this.#options.flush(batch.map((waiting) => waiting.item));
      this.#options.onFlushed?.(batch.length, (performance.now() - startedMs) / 1000);
      for (const [at, waiting] of batch.entries()) waiting.resolve(answers[at] as Answer);
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    } finally {
      this.#inFlight--;
      this.#schedule();
    }
  }
}
