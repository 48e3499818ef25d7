// Original file: proto/muster/worker/v1/worker_service.proto

export const ReconcileAction = {
  RECONCILE_ACTION_UNSPECIFIED: "RECONCILE_ACTION_UNSPECIFIED",
  RECONCILE_ACTION_KEEP: "RECONCILE_ACTION_KEEP",
  /**
   * no longer yours: stop it, drop it
   */
  RECONCILE_ACTION_REVOKED: "RECONCILE_ACTION_REVOKED",
  RECONCILE_ACTION_RESEND_RESULT: "RECONCILE_ACTION_RESEND_RESULT",
  RECONCILE_ACTION_ALREADY_COMMITTED: "RECONCILE_ACTION_ALREADY_COMMITTED",
} as const;

export type ReconcileAction =
  | "RECONCILE_ACTION_UNSPECIFIED"
  | 0
  | "RECONCILE_ACTION_KEEP"
  | 1
  /**
   * no longer yours: stop it, drop it
   */
  | "RECONCILE_ACTION_REVOKED"
  | 2
  | "RECONCILE_ACTION_RESEND_RESULT"
  | 3
  | "RECONCILE_ACTION_ALREADY_COMMITTED"
  | 4;

export type ReconcileAction__Output = (typeof ReconcileAction)[keyof typeof ReconcileAction];
