// Original file: proto/muster/common/v1/payload.proto

export const JobState = {
  JOB_STATE_UNSPECIFIED: "JOB_STATE_UNSPECIFIED",
  /**
   * waits for parents
   */
  JOB_STATE_BLOCKED: "JOB_STATE_BLOCKED",
  /**
   * waits for run_at (a delay, or a retry)
   */
  JOB_STATE_SCHEDULED: "JOB_STATE_SCHEDULED",
  /**
   * waits for a worker
   */
  JOB_STATE_READY: "JOB_STATE_READY",
  /**
   * assigned to a session
   */
  JOB_STATE_RUNNING: "JOB_STATE_RUNNING",
  JOB_STATE_SUCCEEDED: "JOB_STATE_SUCCEEDED",
  /**
   * failed for good
   */
  JOB_STATE_DEAD: "JOB_STATE_DEAD",
  JOB_STATE_CANCELLED: "JOB_STATE_CANCELLED",
} as const;

export type JobState =
  | "JOB_STATE_UNSPECIFIED"
  | 0
  /**
   * waits for parents
   */
  | "JOB_STATE_BLOCKED"
  | 1
  /**
   * waits for run_at (a delay, or a retry)
   */
  | "JOB_STATE_SCHEDULED"
  | 2
  /**
   * waits for a worker
   */
  | "JOB_STATE_READY"
  | 3
  /**
   * assigned to a session
   */
  | "JOB_STATE_RUNNING"
  | 4
  | "JOB_STATE_SUCCEEDED"
  | 5
  /**
   * failed for good
   */
  | "JOB_STATE_DEAD"
  | 6
  | "JOB_STATE_CANCELLED"
  | 7;

export type JobState__Output = (typeof JobState)[keyof typeof JobState];
