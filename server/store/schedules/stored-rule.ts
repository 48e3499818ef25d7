/** A schedule's rule as it lies in the columns of `schedules`. */
import type { Selectable } from "kysely";
import { MISSED_RUNS, type ScheduleRule } from "../../core/schedule.js";
import type { SchedulesTable } from "../schema.js";

export type RuleColumns = Pick<
  Selectable<SchedulesTable>,
  "cron" | "time_zone" | "missed_runs" | "missed_runs_max" | "missed_after_ms" | "skip_overlapping"
>;

export function ruleColumns(rule: ScheduleRule): RuleColumns {
  return {
    cron: rule.cron,
    time_zone: rule.timeZone,
    missed_runs: MISSED_RUNS.indexOf(rule.missedRuns),
    missed_runs_max: rule.missedRunsMax,
    missed_after_ms: rule.missedAfterMs,
    skip_overlapping: rule.skipOverlapping,
  };
}

export function readRule(row: RuleColumns): ScheduleRule {
  return {
    cron: row.cron,
    timeZone: row.time_zone,
    missedRuns: MISSED_RUNS[row.missed_runs] ?? "run_once",
    missedRunsMax: row.missed_runs_max,
    missedAfterMs: row.missed_after_ms,
    skipOverlapping: row.skip_overlapping,
  };
}
