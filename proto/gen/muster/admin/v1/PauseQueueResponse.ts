// Original file: proto/muster/admin/v1/admin_service.proto

export interface PauseQueueResponse {
  changed?: boolean;
}

export interface PauseQueueResponse__Output {
  changed?: boolean;
}
