// Original file: proto/muster/admin/v1/admin_service.proto

export interface GetWorkerRequest {
  namespace?: string;
  workerId?: string;
}

export interface GetWorkerRequest__Output {
  namespace?: string;
  workerId?: string;
}
