// Original file: proto/muster/worker/v1/worker_service.proto

export interface Cancelled {
  reason?: string;
}

export interface Cancelled__Output {
  reason?: string;
}
