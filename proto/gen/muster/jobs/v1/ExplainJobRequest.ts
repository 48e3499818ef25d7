// Original file: proto/muster/jobs/v1/jobs_service.proto

export interface ExplainJobRequest {
  namespace?: string;
  jobId?: string;
}

export interface ExplainJobRequest__Output {
  namespace?: string;
  jobId?: string;
}
