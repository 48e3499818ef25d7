/**
 * Fires the schedules whose time has come: the decision and the jobs are one transaction of the store, so however
 * many replicas look at once, each fire time is decided once. What became ready is offered after the commit, as
 * after any submission. Called by the schedule runner.
 */
import type { Metrics } from "../core/metrics.js";
import type { Logger } from "../core/ports.js";
import { decideFire, type FireTimes } from "../core/schedule.js";
import type { ScheduleStore } from "../core/schedule-operations.js";
import type { Aftermath } from "./aftermath.js";
import { planFire, type PlanSettings } from "./schedule-plan.js";

export interface FireSchedulesOptions extends PlanSettings {
  readonly scheduleStore: Pick<ScheduleStore, "fireDue">;
  readonly fireTimes: FireTimes;
  readonly aftermath: Aftermath;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Schedules decided in one transaction, which holds their rows: at most this many times a graph of 1,000 jobs. */
const BATCH = 10;

export class FireSchedules {
  readonly #options: FireSchedulesOptions;

  constructor(options: FireSchedulesOptions) {
    this.#options = options;
  }

  /** @returns how many fire times were decided, one a schedule; 0 when others decide about all that are due */
  async fire(): Promise<number> {
    const { scheduleStore, fireTimes, aftermath, metrics, logger } = this.#options;
    const fired = await scheduleStore.fireDue({
      limit: BATCH,
      decide: (due) => decideFire(due, fireTimes),
      plan: planFire(this.#options),
    });
    for (const { outcome, passedOver, lateMs } of fired.outcomes) {
      metrics.scheduleFired(outcome, lateMs / 1000);
      if (passedOver > 0) metrics.schedulesPassedOver(passedOver);
      if (outcome === "refused" || passedOver > 0)
        logger.warn({ outcome, passedOver, lateMs }, "schedule.fired");
    }
    if (fired.jobs.length > 0) {
      metrics.submitted(fired.jobs.length);
      aftermath.moved(fired.jobs);
    }
    return fired.decided;
  }
}
