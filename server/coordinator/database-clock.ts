/**
 * The database's time without asking for it each time: the offset to the local clock, measured now and then.
 * Stamps the creation of jobs and orders them; it never decides about leases (the database does that itself).
 */
import type { Clock } from "../core/ports.js";
import type { Store } from "../core/store.js";

export class DatabaseClock {
  readonly #store: Pick<Store, "databaseNowMs">;
  readonly #clock: Clock;
  #offsetMs = 0;
  #lastUs = 0;

  constructor(store: Pick<Store, "databaseNowMs">, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Half the round trip is taken for the way back. */
  async measure(): Promise<void> {
    const askedMs = this.#clock.nowMs();
    const databaseMs = await this.#store.databaseNowMs();
    const answeredMs = this.#clock.nowMs();
    this.#offsetMs = databaseMs - (askedMs + answeredMs) / 2;
  }

  /** Whole ms since 1970. */
  nowMs(): number {
    return Math.round(this.#clock.nowMs() + this.#offsetMs);
  }

  /** First of `count` microsecond stamps, each above every stamp given before. */
  stampsUs(count: number): number {
    const first = Math.max(this.nowMs() * 1000, this.#lastUs + 1);
    this.#lastUs = first + count - 1;
    return first;
  }
}
