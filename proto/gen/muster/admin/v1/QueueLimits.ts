// Original file: proto/muster/admin/v1/admin_service.proto

import type {
  RateLimit as _muster_admin_v1_RateLimit,
  RateLimit__Output as _muster_admin_v1_RateLimit__Output,
} from "../../../muster/admin/v1/RateLimit.js";

export interface QueueLimits {
  /**
   * jobs of the queue that run at once, 1..10000; 0: no limit
   */
  concurrency?: number;
  /**
   * jobs of one concurrency key that run at once, 1..1000; 0 means 1
   */
  keyConcurrency?: number;
  rate?: _muster_admin_v1_RateLimit | null;
}

export interface QueueLimits__Output {
  /**
   * jobs of the queue that run at once, 1..10000; 0: no limit
   */
  concurrency?: number;
  /**
   * jobs of one concurrency key that run at once, 1..1000; 0 means 1
   */
  keyConcurrency?: number;
  rate?: _muster_admin_v1_RateLimit__Output;
}
