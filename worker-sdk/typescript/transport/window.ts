/**
 * How many jobs a worker asks for: one a slot, plus what its handlers get through while the next ones are on their
 * way. Handlers that take seconds get nothing ahead, so that no job waits behind them while another worker is idle;
 * handlers that take no time get hundreds, so that their slots never run dry. Pure: fed with counts and durations
 * by the session, which tells the server.
 */
import type { FlowWindow } from "../../../proto/gen/muster/worker/v1/FlowWindow.js";

/** As in the contract. */
export const WINDOW_MAX = 10_000;
/**
 * How far ahead jobs are fetched: a few trips to the server and its database, ms. A submission that finds as much credit
 * as it has jobs is given away in the commit that writes it, which halves what a job costs in the database.
 */
const AHEAD_MS = 100;
/** Smaller changes are not worth a frame. */
const GROW_BY = 1.1;
const SHRINK_BY = 0.7;
/** How much of the last sample a falling rate takes over at once. */
const DECAY = 0.25;

export class Window {
  readonly #slots: number;
  readonly #isFixed: boolean;
  #size: number;
  #generation = 1;
  /** Results a ms. */
  #rate = 0;

  /** @param fixed jobs at once, 1..WINDOW_MAX; undefined: from the rate at which results come */
  constructor(slots: number, fixed?: number) {
    this.#slots = slots;
    this.#isFixed = fixed !== undefined;
    this.#size = fixed ?? slots;
  }

  get flow(): FlowWindow {
    return { maxInFlight: this.#size, maxInFlightBytes: 0, generation: this.#generation };
  }

  get generation(): number {
    return this.#generation;
  }

  /**
   * @param finished results since the last sample
   * @param elapsedMs above 0
   * @returns whether the window changed, so that the server must be told
   */
  sample(finished: number, elapsedMs: number): boolean {
    if (this.#isFixed) return false;
    const rate = finished / elapsedMs;
    this.#rate = rate > this.#rate ? (rate + this.#rate) / 2 : this.#rate + (rate - this.#rate) * DECAY;
    const wanted = Math.min(WINDOW_MAX, this.#slots + Math.floor(this.#rate * AHEAD_MS));
    if (wanted === this.#size) return false;
    const isSmall = wanted < this.#size * GROW_BY && wanted > this.#size * SHRINK_BY;
    // Nothing is held ahead of slow handlers, however little it would be.
    if (isSmall && wanted !== this.#slots) return false;
    return this.#resize(wanted);
  }

  /** No results have come for long: nothing is fetched ahead, whatever is left of the rate. @returns as `sample` */
  rest(): boolean {
    this.#rate = 0;
    return !this.#isFixed && this.#size !== this.#slots && this.#resize(this.#slots);
  }

  #resize(size: number): true {
    this.#size = size;
    this.#generation++;
    return true;
  }
}
