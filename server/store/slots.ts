/**
 * Lets a bounded number of tasks run at once; the others wait their turn. Patient tasks wait behind all others and
 * never take the last slot, so that many of them cannot keep a short one waiting: a flood of submissions, each of
 * several round trips, would otherwise hold back registrations, claims and results for as long as it lasts.
 */

/** How often whoever asked is told that somebody waits, for as long as somebody does. */
const WAITING_MS = 2_500;

export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  readonly #patient: (() => void)[] = [];
  /** Slots that patient tasks leave to others, taken or not. */
  readonly #kept: number;
  readonly #onWaiting: () => void;
  #watch: NodeJS.Timeout | null = null;

  /**
   * @param count tasks at once, at least 1; with one alone, patient tasks may take it
   * @param onWaiting called every 2.5 s while tasks wait, and no task but those that run can say why
   */
  constructor(count: number, onWaiting: () => void = () => undefined) {
    this.#free = count;
    this.#kept = count > 1 ? 1 : 0;
    this.#onWaiting = onWaiting;
  }

  /** First come, first served. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#turn(this.#waiting);
    return this.#carryOut(task);
  }

  /** The same among patient tasks. */
  async runPatiently<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > this.#kept && this.#patient.length === 0) this.#free--;
    else await this.#turn(this.#patient);
    return this.#carryOut(task);
  }

  #turn(line: (() => void)[]): Promise<void> {
    this.#watch ??= setInterval(() => this.#look(), WAITING_MS).unref();
    return new Promise((resolve) => line.push(resolve));
  }

  #look(): void {
    if (this.#waiting.length + this.#patient.length > 0) return this.#onWaiting();
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#watch = null;
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
