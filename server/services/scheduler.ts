/**
 * Makes scheduled jobs ready when their time has come: delays, retries, jobs given back for later. Waiting is a row
 * with run_at; the timers here only say when to look.
 *
 * | when | what happens |
 * |---|---|
 * | this replica dies | any other promotes at its own period |
 * | two replicas look at once | each row is promoted once (skip locked, conditional) |
 */
import type { Aftermath } from "../coordinator/aftermath.js";
import { failpoints } from "../core/failpoints.js";
import type { Logger } from "../core/ports.js";
import type { Store } from "../core/store.js";
import { Loop } from "./loop.js";

const BATCH = 1000;

export class Scheduler {
  readonly #loop: Loop;
  readonly #databaseNowMs: () => number;

  constructor(options: {
    readonly store: Pick<Store, "promoteDue" | "nextDueMs">;
    readonly aftermath: Aftermath;
    readonly logger: Logger;
    readonly intervalMs: number;
    readonly databaseNowMs: () => number;
  }) {
    this.#databaseNowMs = options.databaseNowMs;
    this.#loop = new Loop({
      name: "scheduler",
      intervalMs: options.intervalMs,
      logger: options.logger,
      run: async () => {
        let promoted = BATCH;
        while (promoted === BATCH) {
          const jobs = await options.store.promoteDue(BATCH);
          promoted = jobs.length;
          if (failpoints.reach !== null && promoted > 0) await failpoints.reach("promote.committed");
          options.aftermath.moved(jobs);
        }
        const nextMs = await options.store.nextDueMs();
        if (nextMs !== null) this.dueAt(nextMs);
      },
    });
  }

  start(): void {
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  runOnce(): Promise<void> {
    return this.#loop.runOnce();
  }

  /** A job is due then, ms since 1970 by the database's clock; far ones are left to the period. */
  dueAt(dueMs: number): void {
    const delayMs = dueMs - this.#databaseNowMs();
    if (delayMs < 60_000) this.#loop.nudge(Math.max(1, delayMs));
  }
}
