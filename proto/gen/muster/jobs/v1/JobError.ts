// Original file: proto/muster/jobs/v1/jobs_service.proto

export interface JobError {
  errorType?: string;
  message?: string;
  stackTrace?: string;
}

export interface JobError__Output {
  errorType?: string;
  message?: string;
  stackTrace?: string;
}
