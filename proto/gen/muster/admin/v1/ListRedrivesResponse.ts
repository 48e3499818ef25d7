// Original file: proto/muster/admin/v1/dead_letters.proto

import type {
  Redrive as _muster_admin_v1_Redrive,
  Redrive__Output as _muster_admin_v1_Redrive__Output,
} from "../../../muster/admin/v1/Redrive.js";

export interface ListRedrivesResponse {
  /**
   * the newest first, up to 100
   */
  redrives?: _muster_admin_v1_Redrive[];
}

export interface ListRedrivesResponse__Output {
  /**
   * the newest first, up to 100
   */
  redrives?: _muster_admin_v1_Redrive__Output[];
}
