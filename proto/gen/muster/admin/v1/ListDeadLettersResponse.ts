// Original file: proto/muster/admin/v1/dead_letters.proto

import type {
  DeadLetter as _muster_admin_v1_DeadLetter,
  DeadLetter__Output as _muster_admin_v1_DeadLetter__Output,
} from "../../../muster/admin/v1/DeadLetter.js";

export interface ListDeadLettersResponse {
  /**
   * newest job first
   */
  deadLetters?: _muster_admin_v1_DeadLetter[];
  /**
   * empty: that was the last page
   */
  nextPageToken?: string;
}

export interface ListDeadLettersResponse__Output {
  /**
   * newest job first
   */
  deadLetters?: _muster_admin_v1_DeadLetter__Output[];
  /**
   * empty: that was the last page
   */
  nextPageToken?: string;
}
