/** Puts together what schedules need: the operations of clients and the loop that fires. For coordination.ts. */
import type { Aftermath } from "../coordinator/aftermath.js";
import type { DatabaseClock } from "../coordinator/database-clock.js";
import { FireSchedules } from "../coordinator/fire-schedules.js";
import type { QueueDirectory } from "../coordinator/queue-directory.js";
import { Schedules } from "../coordinator/schedules.js";
import type { Metrics } from "../core/metrics.js";
import type { Logger } from "../core/ports.js";
import type { FireTimes } from "../core/schedule.js";
import type { ScheduleOperations, ScheduleStore } from "../core/schedule-operations.js";
import type { SubmissionLimits } from "../core/submission-limits.js";
import { ScheduleRunner } from "./schedule-runner.js";

export interface SchedulingPorts {
  readonly scheduleStore: ScheduleStore;
  readonly fireTimes: FireTimes;
}

export interface Scheduling {
  readonly operations: ScheduleOperations;
  readonly runner: ScheduleRunner;
}

export function createScheduling(
  parts: SchedulingPorts & {
    readonly queues: QueueDirectory;
    readonly databaseClock: DatabaseClock;
    readonly aftermath: Aftermath;
    readonly metrics: Metrics;
    readonly logger: Logger;
    readonly hash: (parts: Iterable<string | Uint8Array>) => Buffer;
  },
  limits: SubmissionLimits,
): Scheduling {
  const nowMs = (): number => parts.databaseClock.nowMs();
  const planning = { ...parts, limits, nowMs };
  const runner = new ScheduleRunner({
    ...parts,
    fireSchedules: new FireSchedules(planning),
    databaseNowMs: nowMs,
  });
  return { runner, operations: new Schedules({ ...planning, onDue: (dueMs) => runner.dueAt(dueMs) }) };
}
