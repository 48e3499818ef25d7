// Original file: proto/muster/jobs/v1/jobs_service.proto

export interface RetryJobRequest {
  namespace?: string;
  jobId?: string;
}

export interface RetryJobRequest__Output {
  namespace?: string;
  jobId?: string;
}
