// Original file: proto/muster/jobs/v1/jobs_service.proto

export interface WatchJobRequest {
  namespace?: string;
  jobId?: string;
}

export interface WatchJobRequest__Output {
  namespace?: string;
  jobId?: string;
}
