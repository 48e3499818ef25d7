// Original file: proto/muster/admin/v1/dead_letters.proto

import type {
  Redrive as _muster_admin_v1_Redrive,
  Redrive__Output as _muster_admin_v1_Redrive__Output,
} from "../../../muster/admin/v1/Redrive.js";

export interface GetRedriveResponse {
  redrive?: _muster_admin_v1_Redrive | null;
}

export interface GetRedriveResponse__Output {
  redrive?: _muster_admin_v1_Redrive__Output;
}
