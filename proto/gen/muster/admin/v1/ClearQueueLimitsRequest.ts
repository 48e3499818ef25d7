// Original file: proto/muster/admin/v1/admin_service.proto

export interface ClearQueueLimitsRequest {
  namespace?: string;
  queue?: string;
}

export interface ClearQueueLimitsRequest__Output {
  namespace?: string;
  queue?: string;
}
