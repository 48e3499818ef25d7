// Original file: proto/muster/admin/v1/dead_letters.proto

export interface ListRedrivesRequest {
  namespace?: string;
}

export interface ListRedrivesRequest__Output {
  namespace?: string;
}
