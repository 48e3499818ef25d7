// Original file: proto/muster/admin/v1/dead_letters.proto

import type {
  DeadLetterFilter as _muster_admin_v1_DeadLetterFilter,
  DeadLetterFilter__Output as _muster_admin_v1_DeadLetterFilter__Output,
} from "../../../muster/admin/v1/DeadLetterFilter.js";

export interface StartRedriveRequest {
  namespace?: string;
  filter?: _muster_admin_v1_DeadLetterFilter | null;
  /**
   * how many go first, 1..100, 0 means 5
   */
  canary?: number;
  /**
   * of the others, 0.01..1000, 0 means 10
   */
  perSecond?: number | string;
}

export interface StartRedriveRequest__Output {
  namespace?: string;
  filter?: _muster_admin_v1_DeadLetterFilter__Output;
  /**
   * how many go first, 1..100, 0 means 5
   */
  canary?: number;
  /**
   * of the others, 0.01..1000, 0 means 10
   */
  perSecond?: number;
}
