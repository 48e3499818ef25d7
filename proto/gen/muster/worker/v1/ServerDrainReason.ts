// Original file: proto/muster/worker/v1/worker_service.proto

export const ServerDrainReason = {
  SERVER_DRAIN_REASON_UNSPECIFIED: "SERVER_DRAIN_REASON_UNSPECIFIED",
  /**
   * open a new stream and resume there
   */
  SERVER_DRAIN_REASON_SHUTDOWN: "SERVER_DRAIN_REASON_SHUTDOWN",
  SERVER_DRAIN_REASON_REBALANCE: "SERVER_DRAIN_REASON_REBALANCE",
  SERVER_DRAIN_REASON_MAX_AGE: "SERVER_DRAIN_REASON_MAX_AGE",
  SERVER_DRAIN_REASON_CREDENTIALS: "SERVER_DRAIN_REASON_CREDENTIALS",
  /**
   * an operator drains this worker: finish, half-close, stay away
   */
  SERVER_DRAIN_REASON_OPERATOR: "SERVER_DRAIN_REASON_OPERATOR",
} as const;

export type ServerDrainReason =
  | "SERVER_DRAIN_REASON_UNSPECIFIED"
  | 0
  /**
   * open a new stream and resume there
   */
  | "SERVER_DRAIN_REASON_SHUTDOWN"
  | 1
  | "SERVER_DRAIN_REASON_REBALANCE"
  | 2
  | "SERVER_DRAIN_REASON_MAX_AGE"
  | 3
  | "SERVER_DRAIN_REASON_CREDENTIALS"
  | 4
  /**
   * an operator drains this worker: finish, half-close, stay away
   */
  | "SERVER_DRAIN_REASON_OPERATOR"
  | 5;

export type ServerDrainReason__Output = (typeof ServerDrainReason)[keyof typeof ServerDrainReason];
