// Original file: proto/muster/worker/v1/worker_service.proto

export interface Notice {
  code?: string;
  message?: string;
}

export interface Notice__Output {
  code?: string;
  message?: string;
}
