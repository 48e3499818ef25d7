// Original file: proto/muster/worker/v1/worker_service.proto

export const ResultDisposition = {
  RESULT_DISPOSITION_UNSPECIFIED: "RESULT_DISPOSITION_UNSPECIFIED",
  RESULT_DISPOSITION_COMMITTED: "RESULT_DISPOSITION_COMMITTED",
  /**
   * the same result was committed before
   */
  RESULT_DISPOSITION_DUPLICATE: "RESULT_DISPOSITION_DUPLICATE",
  /**
   * another assignment, or a cancel, owns the job
   */
  RESULT_DISPOSITION_STALE: "RESULT_DISPOSITION_STALE",
  RESULT_DISPOSITION_UNKNOWN_JOB: "RESULT_DISPOSITION_UNKNOWN_JOB",
  /**
   * it cannot be kept; the job has failed with RESULT_INVALID, see `reason`
   */
  RESULT_DISPOSITION_INVALID: "RESULT_DISPOSITION_INVALID",
  /**
   * keep it; the store is away
   */
  RESULT_DISPOSITION_RETRY_LATER: "RESULT_DISPOSITION_RETRY_LATER",
  /**
   * another result of the same assignment was committed before
   */
  RESULT_DISPOSITION_CONFLICT: "RESULT_DISPOSITION_CONFLICT",
} as const;

export type ResultDisposition =
  | "RESULT_DISPOSITION_UNSPECIFIED"
  | 0
  | "RESULT_DISPOSITION_COMMITTED"
  | 1
  /**
   * the same result was committed before
   */
  | "RESULT_DISPOSITION_DUPLICATE"
  | 2
  /**
   * another assignment, or a cancel, owns the job
   */
  | "RESULT_DISPOSITION_STALE"
  | 3
  | "RESULT_DISPOSITION_UNKNOWN_JOB"
  | 4
  /**
   * it cannot be kept; the job has failed with RESULT_INVALID, see `reason`
   */
  | "RESULT_DISPOSITION_INVALID"
  | 5
  /**
   * keep it; the store is away
   */
  | "RESULT_DISPOSITION_RETRY_LATER"
  | 6
  /**
   * another result of the same assignment was committed before
   */
  | "RESULT_DISPOSITION_CONFLICT"
  | 7;

export type ResultDisposition__Output = (typeof ResultDisposition)[keyof typeof ResultDisposition];
