// Original file: proto/muster/admin/v1/admin_service.proto

export interface ResumeQueueResponse {
  changed?: boolean;
}

export interface ResumeQueueResponse__Output {
  changed?: boolean;
}
