// Original file: proto/muster/admin/v1/admin_service.proto

export interface ResumeQueueRequest {
  namespace?: string;
  queue?: string;
}

export interface ResumeQueueRequest__Output {
  namespace?: string;
  queue?: string;
}
