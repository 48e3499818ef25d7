// Original file: proto/muster/admin/v1/dead_letters.proto

export const RedriveState = {
  REDRIVE_STATE_UNSPECIFIED: "REDRIVE_STATE_UNSPECIFIED",
  /**
   * the first ones run and are watched to their end
   */
  REDRIVE_STATE_CANARY: "REDRIVE_STATE_CANARY",
  /**
   * all of them succeeded; the others follow at the rate
   */
  REDRIVE_STATE_REST: "REDRIVE_STATE_REST",
  REDRIVE_STATE_DONE: "REDRIVE_STATE_DONE",
  /**
   * one of the first ones did not succeed; the others were left dead
   */
  REDRIVE_STATE_FAILED: "REDRIVE_STATE_FAILED",
  /**
   * by an operator; what was retried goes on
   */
  REDRIVE_STATE_STOPPED: "REDRIVE_STATE_STOPPED",
} as const;

export type RedriveState =
  | "REDRIVE_STATE_UNSPECIFIED"
  | 0
  /**
   * the first ones run and are watched to their end
   */
  | "REDRIVE_STATE_CANARY"
  | 1
  /**
   * all of them succeeded; the others follow at the rate
   */
  | "REDRIVE_STATE_REST"
  | 2
  | "REDRIVE_STATE_DONE"
  | 3
  /**
   * one of the first ones did not succeed; the others were left dead
   */
  | "REDRIVE_STATE_FAILED"
  | 4
  /**
   * by an operator; what was retried goes on
   */
  | "REDRIVE_STATE_STOPPED"
  | 5;

export type RedriveState__Output = (typeof RedriveState)[keyof typeof RedriveState];
