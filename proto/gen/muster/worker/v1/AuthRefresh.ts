// Original file: proto/muster/worker/v1/worker_service.proto

export interface AuthRefresh {
  bearerToken?: string;
}

export interface AuthRefresh__Output {
  bearerToken?: string;
}
