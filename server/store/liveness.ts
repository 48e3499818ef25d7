/**
 * Whether Postgres answers, as told by the hot statements, which every busy server makes all the time. One without
 * work makes none: its answer would stay that of its last statement, and whoever sends work only to servers that are
 * well would never send it any again. So Postgres is asked when nothing else did, and while it is away.
 */
export interface LivenessOptions {
  /** Asks Postgres anything; what came of it is told by `answered` or `lost`. Null: only others ask. */
  readonly ask: (() => Promise<unknown>) | null;
  /** How often it is looked at whether to ask, ms. */
  readonly everyMs: number;
  /** For how long an answer is good, ms. */
  readonly quietMs: number;
}

export class Liveness {
  readonly #options: LivenessOptions;
  readonly #timer: NodeJS.Timeout | null;
  #isUp = true;
  #answeredMono = performance.now();
  #isAsking = false;

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#timer = options.ask === null ? null : setInterval(() => this.#look(), options.everyMs).unref();
  }

  isUp(): boolean {
    return this.#isUp;
  }

  /** Since the last answer, ms. */
  quietMs(): number {
    return performance.now() - this.#answeredMono;
  }

  answered(): void {
    this.#isUp = true;
    this.#answeredMono = performance.now();
  }

  /** A connection was lost or could not be had. */
  lost(): void {
    this.#isUp = false;
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  #look(): void {
    const { ask, quietMs } = this.#options;
    if (ask === null || this.#isAsking || (this.#isUp && this.quietMs() < quietMs)) return;
    this.#isAsking = true;
    ask()
      .catch(() => undefined) // `lost` was told
      .finally(() => (this.#isAsking = false));
  }
}
