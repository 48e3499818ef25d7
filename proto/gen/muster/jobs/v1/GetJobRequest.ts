// Original file: proto/muster/jobs/v1/jobs_service.proto

export interface GetJobRequest {
  namespace?: string;
  jobId?: string;
}

export interface GetJobRequest__Output {
  namespace?: string;
  jobId?: string;
}
