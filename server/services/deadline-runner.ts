/**
 * Enforces timeouts: looks at what is due, in bounded batches, at its period. It holds no timer for any job; what is due
 * is a row, so nothing is lost with this process, and a round costs one probe of an index when nothing is due.
 *
 * | when | what happens |
 * |---|---|
 * | this replica dies | any other looks at its own period |
 * | two replicas look at once | the second waits for the row and finds that there is nothing left to do |
 * | Postgres was away, or this process stood still | the next look waits: what workers reported meanwhile is written first |
 */
import type { EnforceDeadlines } from "../coordinator/enforce-deadlines.js";
import type { Logger } from "../core/ports.js";
import { Loop } from "./loop.js";

export interface DeadlineRunnerOptions {
  readonly deadlines: Pick<EnforceDeadlines, "enforce">;
  readonly logger: Logger;
  readonly intervalMs: number;
  /** After a start, an outage or a pause: workers come back, and reports that waited are written. */
  readonly quietMs: number;
  readonly monoMs: () => number;
}

const BATCHES_A_ROUND = 20;

export class DeadlineRunner {
  readonly #options: DeadlineRunnerOptions;
  readonly #loop: Loop;
  #quietUntilMono: number;
  #lastRoundMono: number;

  constructor(options: DeadlineRunnerOptions) {
    this.#options = options;
    this.#lastRoundMono = options.monoMs();
    this.#quietUntilMono = options.monoMs() + options.quietMs;
    this.#loop = new Loop({
      name: "deadlines",
      intervalMs: options.intervalMs,
      logger: options.logger,
      run: () => this.#round(),
    });
  }

  start(): void {
    this.#lastRoundMono = this.#options.monoMs();
    this.#beQuiet();
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  runOnce(): Promise<void> {
    return this.#loop.runOnce();
  }

  async #round(): Promise<void> {
    const { deadlines, intervalMs, monoMs } = this.#options;
    const nowMono = monoMs();
    if (nowMono - this.#lastRoundMono > intervalMs * 2 + 1_000) this.#beQuiet();
    this.#lastRoundMono = nowMono;
    if (nowMono < this.#quietUntilMono) return;
    try {
      for (let batches = 0; batches < BATCHES_A_ROUND; batches++) if (!(await deadlines.enforce())) return;
    } catch (error) {
      this.#beQuiet();
      throw error;
    } finally {
      this.#lastRoundMono = monoMs();
    }
  }

  #beQuiet(): void {
    this.#quietUntilMono = this.#options.monoMs() + this.#options.quietMs;
  }
}
