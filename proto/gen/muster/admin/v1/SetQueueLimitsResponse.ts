// Original file: proto/muster/admin/v1/admin_service.proto

import type {
  QueueLimits as _muster_admin_v1_QueueLimits,
  QueueLimits__Output as _muster_admin_v1_QueueLimits__Output,
} from "../../../muster/admin/v1/QueueLimits.js";

export interface SetQueueLimitsResponse {
  /**
   * with the defaults filled in
   */
  limits?: _muster_admin_v1_QueueLimits | null;
}

export interface SetQueueLimitsResponse__Output {
  /**
   * with the defaults filled in
   */
  limits?: _muster_admin_v1_QueueLimits__Output;
}
