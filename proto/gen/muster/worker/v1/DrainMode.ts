// Original file: proto/muster/worker/v1/worker_service.proto

export const DrainMode = {
  DRAIN_MODE_UNSPECIFIED: "DRAIN_MODE_UNSPECIFIED",
  /**
   * finish everything that was assigned
   */
  DRAIN_MODE_FINISH_RUNNING: "DRAIN_MODE_FINISH_RUNNING",
  /**
   * release what has not started
   */
  DRAIN_MODE_RELEASE_BUFFERED: "DRAIN_MODE_RELEASE_BUFFERED",
} as const;

export type DrainMode =
  | "DRAIN_MODE_UNSPECIFIED"
  | 0
  /**
   * finish everything that was assigned
   */
  | "DRAIN_MODE_FINISH_RUNNING"
  | 1
  /**
   * release what has not started
   */
  | "DRAIN_MODE_RELEASE_BUFFERED"
  | 2;

export type DrainMode__Output = (typeof DrainMode)[keyof typeof DrainMode];
