// Original file: proto/muster/admin/v1/dead_letters.proto

import type {
  DeadLetterFilter as _muster_admin_v1_DeadLetterFilter,
  DeadLetterFilter__Output as _muster_admin_v1_DeadLetterFilter__Output,
} from "../../../muster/admin/v1/DeadLetterFilter.js";

export interface DiscardDeadLettersRequest {
  namespace?: string;
  filter?: _muster_admin_v1_DeadLetterFilter | null;
  /**
   * how many to discard in this call, 1..1000, 0 means 100
   */
  pageSize?: number;
  pageToken?: string;
}

export interface DiscardDeadLettersRequest__Output {
  namespace?: string;
  filter?: _muster_admin_v1_DeadLetterFilter__Output;
  /**
   * how many to discard in this call, 1..1000, 0 means 100
   */
  pageSize?: number;
  pageToken?: string;
}
