// Original file: proto/muster/schedules/v1/schedules_service.proto

/**
 * What becomes of fire times that nobody was there for: no server ran, or the database was away.
 */
export const MissedRuns = {
  /**
   * run once
   */
  MISSED_RUNS_UNSPECIFIED: "MISSED_RUNS_UNSPECIFIED",
  /**
   * none of them is made up for
   */
  MISSED_RUNS_SKIP: "MISSED_RUNS_SKIP",
  /**
   * the last one stands for all
   */
  MISSED_RUNS_RUN_ONCE: "MISSED_RUNS_RUN_ONCE",
  /**
   * the last missed_runs_max of them, oldest first
   */
  MISSED_RUNS_RUN_ALL: "MISSED_RUNS_RUN_ALL",
} as const;

/**
 * What becomes of fire times that nobody was there for: no server ran, or the database was away.
 */
export type MissedRuns =
  /**
   * run once
   */
  | "MISSED_RUNS_UNSPECIFIED"
  | 0
  /**
   * none of them is made up for
   */
  | "MISSED_RUNS_SKIP"
  | 1
  /**
   * the last one stands for all
   */
  | "MISSED_RUNS_RUN_ONCE"
  | 2
  /**
   * the last missed_runs_max of them, oldest first
   */
  | "MISSED_RUNS_RUN_ALL"
  | 3;

/**
 * What becomes of fire times that nobody was there for: no server ran, or the database was away.
 */
export type MissedRuns__Output = (typeof MissedRuns)[keyof typeof MissedRuns];
