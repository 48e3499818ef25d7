// Original file: proto/muster/jobs/v1/job_spec.proto

export const BackoffKind = {
  /**
   * exponential
   */
  BACKOFF_KIND_UNSPECIFIED: "BACKOFF_KIND_UNSPECIFIED",
  BACKOFF_KIND_FIXED: "BACKOFF_KIND_FIXED",
  BACKOFF_KIND_LINEAR: "BACKOFF_KIND_LINEAR",
  BACKOFF_KIND_EXPONENTIAL: "BACKOFF_KIND_EXPONENTIAL",
} as const;

export type BackoffKind =
  /**
   * exponential
   */
  | "BACKOFF_KIND_UNSPECIFIED"
  | 0
  | "BACKOFF_KIND_FIXED"
  | 1
  | "BACKOFF_KIND_LINEAR"
  | 2
  | "BACKOFF_KIND_EXPONENTIAL"
  | 3;

export type BackoffKind__Output = (typeof BackoffKind)[keyof typeof BackoffKind];
