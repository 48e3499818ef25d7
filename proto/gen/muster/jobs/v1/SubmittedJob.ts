// Original file: proto/muster/jobs/v1/submission.proto

export interface SubmittedJob {
  jobId?: string;
  key?: string;
  /**
   * the idempotency key had been used for the same job before
   */
  existed?: boolean;
}

export interface SubmittedJob__Output {
  jobId?: string;
  key?: string;
  /**
   * the idempotency key had been used for the same job before
   */
  existed?: boolean;
}
