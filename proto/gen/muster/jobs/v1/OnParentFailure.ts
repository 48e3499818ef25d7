// Original file: proto/muster/jobs/v1/job_spec.proto

export const OnParentFailure = {
  /**
   * cancel
   */
  ON_PARENT_FAILURE_UNSPECIFIED: "ON_PARENT_FAILURE_UNSPECIFIED",
  ON_PARENT_FAILURE_CANCEL: "ON_PARENT_FAILURE_CANCEL",
  /**
   * run once every parent is terminal
   */
  ON_PARENT_FAILURE_RUN: "ON_PARENT_FAILURE_RUN",
  /**
   * die with reason parent_failed
   */
  ON_PARENT_FAILURE_FAIL: "ON_PARENT_FAILURE_FAIL",
} as const;

export type OnParentFailure =
  /**
   * cancel
   */
  | "ON_PARENT_FAILURE_UNSPECIFIED"
  | 0
  | "ON_PARENT_FAILURE_CANCEL"
  | 1
  /**
   * run once every parent is terminal
   */
  | "ON_PARENT_FAILURE_RUN"
  | 2
  /**
   * die with reason parent_failed
   */
  | "ON_PARENT_FAILURE_FAIL"
  | 3;

export type OnParentFailure__Output = (typeof OnParentFailure)[keyof typeof OnParentFailure];
