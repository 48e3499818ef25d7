// Original file: proto/muster/admin/v1/dead_letters.proto

import type {
  Redrive as _muster_admin_v1_Redrive,
  Redrive__Output as _muster_admin_v1_Redrive__Output,
} from "../../../muster/admin/v1/Redrive.js";

export interface StopRedriveResponse {
  /**
   * as it stands; one that had ended before stays as it was
   */
  redrive?: _muster_admin_v1_Redrive | null;
}

export interface StopRedriveResponse__Output {
  /**
   * as it stands; one that had ended before stays as it was
   */
  redrive?: _muster_admin_v1_Redrive__Output;
}
