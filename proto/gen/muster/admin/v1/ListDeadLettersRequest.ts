// Original file: proto/muster/admin/v1/dead_letters.proto

import type {
  DeadLetterFilter as _muster_admin_v1_DeadLetterFilter,
  DeadLetterFilter__Output as _muster_admin_v1_DeadLetterFilter__Output,
} from "../../../muster/admin/v1/DeadLetterFilter.js";

export interface ListDeadLettersRequest {
  namespace?: string;
  filter?: _muster_admin_v1_DeadLetterFilter | null;
  /**
   * 1..1000, 0 means 100
   */
  pageSize?: number;
  pageToken?: string;
  /**
   * those that were discarded, instead of those that were not
   */
  discarded?: boolean;
}

export interface ListDeadLettersRequest__Output {
  namespace?: string;
  filter?: _muster_admin_v1_DeadLetterFilter__Output;
  /**
   * 1..1000, 0 means 100
   */
  pageSize?: number;
  pageToken?: string;
  /**
   * those that were discarded, instead of those that were not
   */
  discarded?: boolean;
}
