// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  Subscribed as _muster_jobs_v1_Subscribed,
  Subscribed__Output as _muster_jobs_v1_Subscribed__Output,
} from "../../../muster/jobs/v1/Subscribed.js";

export interface SubscribersBlocker {
  /**
   * sessions that take the type and whose stream is lost
   */
  suspect?: number;
  draining?: number;
  /**
   * what the connected workers of the namespace take, the most frequent first
   */
  subscribed?: _muster_jobs_v1_Subscribed[];
}

export interface SubscribersBlocker__Output {
  /**
   * sessions that take the type and whose stream is lost
   */
  suspect?: number;
  draining?: number;
  /**
   * what the connected workers of the namespace take, the most frequent first
   */
  subscribed?: _muster_jobs_v1_Subscribed__Output[];
}
