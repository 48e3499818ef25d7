// Original file: proto/muster/admin/v1/admin_service.proto

export interface PauseQueueRequest {
  namespace?: string;
  queue?: string;
}

export interface PauseQueueRequest__Output {
  namespace?: string;
  queue?: string;
}
