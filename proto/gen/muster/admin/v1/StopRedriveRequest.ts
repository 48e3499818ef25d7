// Original file: proto/muster/admin/v1/dead_letters.proto

export interface StopRedriveRequest {
  namespace?: string;
  redriveId?: string;
  reason?: string;
}

export interface StopRedriveRequest__Output {
  namespace?: string;
  redriveId?: string;
  reason?: string;
}
