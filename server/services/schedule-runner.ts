/**
 * Fires schedules when their time has come. The times are rows; what is kept here only says when to look. Without
 * schedules a look is one read of an empty index.
 *
 * | when | what happens |
 * |---|---|
 * | this replica dies | any other fires at its own period; what was committed is not fired again |
 * | two replicas look at once | each schedule is decided by one of them (skip locked, unique by fire time) |
 * | no replica runs, or Postgres is away | the policy of each schedule says what is made up for |
 */
import type { FireSchedules } from "../coordinator/fire-schedules.js";
import type { Logger } from "../core/ports.js";
import type { ScheduleStore } from "../core/schedule-operations.js";
import { Loop } from "./loop.js";

/** Transactions of one look; the rest waits for the next one, which follows at once. */
const BATCHES_MAX = 50;
const INTERVAL_MS = 1_000;
/** What is due and was not decided is in the hands of another replica, or more than one look may do. */
const RETRY_MS = 20;

export class ScheduleRunner {
  readonly #loop: Loop;
  readonly #databaseNowMs: () => number;

  constructor(options: {
    readonly scheduleStore: Pick<ScheduleStore, "nextFireMs">;
    readonly fireSchedules: FireSchedules;
    readonly logger: Logger;
    readonly databaseNowMs: () => number;
  }) {
    const { scheduleStore, fireSchedules } = options;
    this.#databaseNowMs = options.databaseNowMs;
    const isDue = (ms: number | null): boolean => ms !== null && ms <= this.#databaseNowMs();
    this.#loop = new Loop({
      name: "schedules",
      intervalMs: INTERVAL_MS,
      logger: options.logger,
      run: async () => {
        let nextMs = await scheduleStore.nextFireMs();
        for (let batches = 0; isDue(nextMs) && batches < BATCHES_MAX; batches++) {
          if ((await fireSchedules.fire()) === 0) break;
          nextMs = await scheduleStore.nextFireMs();
        }
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

  /** A schedule is due then, ms since 1970 by the database's clock; what is further away is left to the period. */
  dueAt(dueMs: number): void {
    const delayMs = dueMs - this.#databaseNowMs();
    if (delayMs < INTERVAL_MS) this.#loop.nudge(Math.max(RETRY_MS, delayMs));
  }
}
