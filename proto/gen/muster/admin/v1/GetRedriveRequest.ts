// Original file: proto/muster/admin/v1/dead_letters.proto

export interface GetRedriveRequest {
  namespace?: string;
  redriveId?: string;
}

export interface GetRedriveRequest__Output {
  namespace?: string;
  redriveId?: string;
}
