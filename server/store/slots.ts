/**
 * Lets a bounded number of tasks run at once; the others wait their turn. Patient tasks wait behind all others and
 * never take the last slot, so that many of them cannot keep a short one waiting: a flood of submissions, each of
 * several round trips, would otherwise hold back registrations, claims and results for as long as it lasts.
 */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  readonly #patient: (() => void)[] = [];
  /** Slots that patient tasks leave to others, taken or not. */
  readonly #kept: number;

  /** @param count tasks at once, at least 1; with one alone, patient tasks may take it */
  constructor(count: number) {
    this.#free = count;
    this.#kept = count > 1 ? 1 : 0;
  }

  /** First come, first served. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#carryOut(task);
  }

  /** The same among patient tasks. */
  async runPatiently<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > this.#kept && this.#patient.length === 0) this.#free--;
    else await new Promise<void>((resolve) => this.#patient.push(resolve));
    return this.#carryOut(task);
  }

  async #carryOut<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } finally {
      this.#passOn();
    }
  }

  #passOn(): void {
    const next = this.#waiting.shift();
    if (next !== undefined) return next();
    this.#free++;
    if (this.#free <= this.#kept) return;
    const patient = this.#patient.shift();
    if (patient === undefined) return;
    this.#free--;
    patient();
  }
}
