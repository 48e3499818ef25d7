/**
 * The one shape of every background loop: `start`, `stop`, a public `runOnce`, and `nudge` to run before the period
 * is over. A run never overlaps itself; a failed run is logged and tried again at the next period.
 */
import type { Logger } from "../core/ports.js";

export interface LoopOptions {
  readonly name: string;
  readonly intervalMs: number;
  readonly logger: Logger;
  readonly run: () => Promise<void>;
}

export class Loop {
  readonly #options: LoopOptions;
  #timer: NodeJS.Timeout | null = null;
  #dueMono = Number.POSITIVE_INFINITY;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = true;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stopped = false;
    this.#arm(this.#options.intervalMs);
  }

  /** Resolves when a run under way is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#running;
  }

  /** Runs again within `delayMs`, if not before. */
  nudge(delayMs = 0): void {
    if (this.#stopped) return;
    if (this.#running !== null && delayMs === 0) this.#again = true;
    else this.#arm(Math.max(0, delayMs));
  }

  async runOnce(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await this.#options.run();
    } catch (error) {
      this.#options.logger.warn({ loop: this.#options.name, error }, "loop.failed");
    }
  }

  #arm(delayMs: number): void {
    const dueMono = performance.now() + delayMs;
    if (this.#timer !== null && this.#dueMono <= dueMono) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#dueMono = dueMono;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#dueMono = Number.POSITIVE_INFINITY;
      void this.runOnce().then(() => {
        if (this.#stopped) return;
        const again = this.#again;
        this.#again = false;
        this.#arm(again ? 0 : this.#options.intervalMs);
      });
    }, delayMs);
  }
}
