// Original file: proto/muster/admin/v1/admin_service.proto

export const WorkerState = {
  WORKER_STATE_UNSPECIFIED: "WORKER_STATE_UNSPECIFIED",
  WORKER_STATE_ONLINE: "WORKER_STATE_ONLINE",
  /**
   * its stream is lost or a heartbeat is late; its lease still stands
   */
  WORKER_STATE_SUSPECT: "WORKER_STATE_SUSPECT",
  WORKER_STATE_DRAINING: "WORKER_STATE_DRAINING",
  /**
   * its lease ran out
   */
  WORKER_STATE_LOST: "WORKER_STATE_LOST",
  /**
   * it left, or was replaced
   */
  WORKER_STATE_OFFLINE: "WORKER_STATE_OFFLINE",
} as const;

export type WorkerState =
  | "WORKER_STATE_UNSPECIFIED"
  | 0
  | "WORKER_STATE_ONLINE"
  | 1
  /**
   * its stream is lost or a heartbeat is late; its lease still stands
   */
  | "WORKER_STATE_SUSPECT"
  | 2
  | "WORKER_STATE_DRAINING"
  | 3
  /**
   * its lease ran out
   */
  | "WORKER_STATE_LOST"
  | 4
  /**
   * it left, or was replaced
   */
  | "WORKER_STATE_OFFLINE"
  | 5;

export type WorkerState__Output = (typeof WorkerState)[keyof typeof WorkerState];
