// Original file: proto/muster/admin/v1/admin_service.proto

export interface ListQueuesRequest {
  namespace?: string;
}

export interface ListQueuesRequest__Output {
  namespace?: string;
}
