// Original file: proto/muster/admin/v1/dead_letters.proto

import type {
  DeadLetterFilter as _muster_admin_v1_DeadLetterFilter,
  DeadLetterFilter__Output as _muster_admin_v1_DeadLetterFilter__Output,
} from "../../../muster/admin/v1/DeadLetterFilter.js";

export interface ListDeadLetterGroupsRequest {
  namespace?: string;
  filter?: _muster_admin_v1_DeadLetterFilter | null;
  /**
   * 1..1000, 0 means 100
   */
  limit?: number;
}

export interface ListDeadLetterGroupsRequest__Output {
  namespace?: string;
  filter?: _muster_admin_v1_DeadLetterFilter__Output;
  /**
   * 1..1000, 0 means 100
   */
  limit?: number;
}
