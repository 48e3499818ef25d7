/**
 * Moves canary redrives on. A redrive is a row with the time of its next step; each step is one transaction under the
 * row's lock, so any replica may take it and never two at once. The timers here only say when to look.
 *
 * | when | what happens |
 * |---|---|
 * | this replica dies | the step under way happened or not; any other replica takes the next |
 * | the store is away | nothing moves; what the rate would have allowed meanwhile is not caught up with |
 * | Redis is away | jobs are retried all the same; their hints follow |
 */
import type { Aftermath } from "../coordinator/aftermath.js";
import type { Logger } from "../core/ports.js";
import type { Store } from "../core/store.js";
import { Loop } from "./loop.js";

/** Steps in one run; the next run goes on. */
const STEPS_MAX = 20;

export class Redriver {
  readonly #loop: Loop;

  constructor(options: {
    readonly store: Pick<Store, "redriveDueInMs" | "stepRedrive">;
    readonly aftermath: Aftermath;
    readonly logger: Logger;
    readonly intervalMs: number;
  }) {
    const { store, aftermath, logger, intervalMs } = options;
    this.#loop = new Loop({
      name: "redriver",
      intervalMs,
      logger,
      run: async () => {
        for (let steps = 0; steps < STEPS_MAX; steps++) {
          const dueInMs = await store.redriveDueInMs();
          if (dueInMs === null) return;
          if (dueInMs > 0) {
            if (dueInMs < intervalMs) this.#loop.nudge(dueInMs);
            return;
          }
          const changed = await store.stepRedrive();
          if (changed === null) return; // another replica is at it
          aftermath.settled(changed);
        }
        this.#loop.nudge();
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

  /** A redrive was started here. */
  started(): void {
    this.#loop.nudge();
  }
}
