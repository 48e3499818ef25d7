// Original file: proto/muster/jobs/v1/job_spec.proto

import type {
  BackoffPolicy as _muster_jobs_v1_BackoffPolicy,
  BackoffPolicy__Output as _muster_jobs_v1_BackoffPolicy__Output,
} from "../../../muster/jobs/v1/BackoffPolicy.js";

/**
 * What failures of one type do instead of what the job says. A retry_after of the worker still wins.
 */
export interface ErrorRule {
  /**
   * exactly as the worker reports it, 1..200 bytes; TIMEOUT for an execution timeout
   */
  errorType?: string;
  /**
   * dead at once
   */
  nonRetryable?: boolean;
  /**
   * dead after this attempt, 1..max_attempts of the job; 0: as the job says
   */
  maxAttempts?: number;
  /**
   * absent: as the job says
   */
  backoff?: _muster_jobs_v1_BackoffPolicy | null;
}

/**
 * What failures of one type do instead of what the job says. A retry_after of the worker still wins.
 */
export interface ErrorRule__Output {
  /**
   * exactly as the worker reports it, 1..200 bytes; TIMEOUT for an execution timeout
   */
  errorType?: string;
  /**
   * dead at once
   */
  nonRetryable?: boolean;
  /**
   * dead after this attempt, 1..max_attempts of the job; 0: as the job says
   */
  maxAttempts?: number;
  /**
   * absent: as the job says
   */
  backoff?: _muster_jobs_v1_BackoffPolicy__Output;
}
