// Original file: proto/muster/jobs/v1/jobs_service.proto

export interface GetGraphRequest {
  namespace?: string;
  graphId?: string;
}

export interface GetGraphRequest__Output {
  namespace?: string;
  graphId?: string;
}
