// Original file: proto/muster/jobs/v1/jobs_service.proto

export interface WatchGraphRequest {
  namespace?: string;
  graphId?: string;
}

export interface WatchGraphRequest__Output {
  namespace?: string;
  graphId?: string;
}
