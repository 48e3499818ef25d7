// Original file: proto/muster/admin/v1/admin_service.proto

import type {
  QueueLimits as _muster_admin_v1_QueueLimits,
  QueueLimits__Output as _muster_admin_v1_QueueLimits__Output,
} from "../../../muster/admin/v1/QueueLimits.js";

export interface SetQueueLimitsRequest {
  namespace?: string;
  queue?: string;
  /**
   * at least one
   */
  limits?: _muster_admin_v1_QueueLimits | null;
}

export interface SetQueueLimitsRequest__Output {
  namespace?: string;
  queue?: string;
  /**
   * at least one
   */
  limits?: _muster_admin_v1_QueueLimits__Output;
}
