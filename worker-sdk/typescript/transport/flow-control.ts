/**
 * Measures how many results the handlers give and tells the session when the window should change. Runs a timer only
 * while results come, so that an idle worker costs nothing. Called by the session.
 */
import type { FlowWindow } from "../../../proto/gen/muster/worker/v1/FlowWindow.js";
import { monoMs } from "./vitals.js";
import { Window } from "./window.js";

const SAMPLE_MS = 50;
const QUIET_SAMPLES_MAX = 20;

export class FlowControl {
  readonly #window: Window;
  readonly #onChange: () => void;
  #timer: NodeJS.Timeout | undefined;
  #finished = 0;
  #quietSamples = 0;
  #sampledAtMs = 0;

  /** @param fixed the size that the user asked for, if any */
  constructor(slots: number, fixed: number | undefined, onChange: () => void) {
    this.#window = new Window(slots, fixed);
    this.#onChange = onChange;
  }

  /** As a Hello says it. */
  get flow(): FlowWindow {
    return this.#window.flow;
  }

  /** Higher after every change. */
  get generation(): number {
    return this.#window.generation;
  }

  finished(results: number): void {
    this.#finished += results;
    if (results === 0 || this.#timer !== undefined) return;
    this.#sampledAtMs = monoMs();
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #sample(): void {
    const nowMs = monoMs();
    this.#quietSamples = this.#finished === 0 ? this.#quietSamples + 1 : 0;
    // A timer that is late after a pause may run twice in one turn.
    let hasChanged =
      nowMs > this.#sampledAtMs && this.#window.sample(this.#finished, nowMs - this.#sampledAtMs);
    this.#sampledAtMs = nowMs;
    this.#finished = 0;
    if (this.#quietSamples >= QUIET_SAMPLES_MAX) {
      this.stop();
      hasChanged = this.#window.rest() || hasChanged;
    }
    if (hasChanged) this.#onChange();
  }
}
