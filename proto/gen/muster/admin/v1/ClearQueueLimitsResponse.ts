// Original file: proto/muster/admin/v1/admin_service.proto

export interface ClearQueueLimitsResponse {}

export interface ClearQueueLimitsResponse__Output {}
