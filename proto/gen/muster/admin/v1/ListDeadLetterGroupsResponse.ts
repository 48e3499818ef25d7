// Original file: proto/muster/admin/v1/dead_letters.proto

import type {
  DeadLetterGroup as _muster_admin_v1_DeadLetterGroup,
  DeadLetterGroup__Output as _muster_admin_v1_DeadLetterGroup__Output,
} from "../../../muster/admin/v1/DeadLetterGroup.js";

export interface ListDeadLetterGroupsResponse {
  /**
   * the largest first
   */
  groups?: _muster_admin_v1_DeadLetterGroup[];
}

export interface ListDeadLetterGroupsResponse__Output {
  /**
   * the largest first
   */
  groups?: _muster_admin_v1_DeadLetterGroup__Output[];
}
