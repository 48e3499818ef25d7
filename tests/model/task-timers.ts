/**
 * Immediates and timers as tasks of a scheduler, and a clock that only moves when nothing else is left to do. Stands
 * in for the global functions while `use` runs, so that the code under test needs no seams for it.
 */
import type { Scheduler } from "fast-check";

interface Timer {
  readonly dueMs: number;
  readonly fire: () => void;
}

const realImmediate = setImmediate;

export class TaskTimers {
  nowMs = 1_000_000;
  readonly #scheduler: Scheduler;
  #timers: Timer[] = [];

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Runs `work` with these in the place of the global ones. */
  async use(work: () => Promise<void>): Promise<void> {
    const { setTimeout, setImmediate, clearTimeout, setInterval, clearInterval } = globalThis;
    const set = (fire: () => void, delayMs = 0): Timer => {
      const timer = { dueMs: this.nowMs + delayMs, fire };
      this.#timers.push(timer);
      return timer;
    };
    const clear = (timer: Timer): void => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
    const soon = (fire: () => void): void => {
      void this.#scheduler.schedule(Promise.resolve(), "immediate").then(fire);
    };
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear, setImmediate: soon });
    Object.assign(globalThis, { setInterval: () => ({}), clearInterval: () => undefined });
    try {
      await work();
    } finally {
      Object.assign(globalThis, { setTimeout, setImmediate, clearTimeout, setInterval, clearInterval });
    }
  }

  /**
   * Lets the scheduler choose until nothing is left; then the next timer is due, as long as it is near.
   * @throws Error after `tasksMax` tasks: something goes on for ever
   */
  async run(nearMs: number, tasksMax = 5_000): Promise<void> {
    for (let tasks = 0; tasks < tasksMax; tasks++) {
      if (this.#scheduler.count() === 0) await new Promise<void>((resolve) => realImmediate(resolve));
      if (this.#scheduler.count() > 0) await this.#scheduler.waitOne();
      else if (!this.#fireNext(nearMs)) return;
    }
    throw new Error(`more than ${tasksMax} tasks, and no end`);
  }

  #fireNext(nearMs: number): boolean {
    const next = this.#timers.toSorted((a, b) => a.dueMs - b.dueMs)[0];
    if (next === undefined || next.dueMs > this.nowMs + nearMs) return false;
    this.#timers = this.#timers.filter((timer) => timer !== next);
    this.nowMs = Math.max(this.nowMs, next.dueMs);
    next.fire();
    return true;
  }
}
