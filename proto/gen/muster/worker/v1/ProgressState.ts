// Original file: proto/muster/worker/v1/worker_service.proto

export const ProgressState = {
  PROGRESS_STATE_UNSPECIFIED: "PROGRESS_STATE_UNSPECIFIED",
  /**
   * the clocks start here; must be sent for jobs with any timeout
   */
  PROGRESS_STATE_STARTED: "PROGRESS_STATE_STARTED",
  PROGRESS_STATE_RUNNING: "PROGRESS_STATE_RUNNING",
} as const;

export type ProgressState =
  | "PROGRESS_STATE_UNSPECIFIED"
  | 0
  /**
   * the clocks start here; must be sent for jobs with any timeout
   */
  | "PROGRESS_STATE_STARTED"
  | 1
  | "PROGRESS_STATE_RUNNING"
  | 2;

export type ProgressState__Output = (typeof ProgressState)[keyof typeof ProgressState];
