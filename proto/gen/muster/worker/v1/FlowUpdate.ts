// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  FlowWindow as _muster_worker_v1_FlowWindow,
  FlowWindow__Output as _muster_worker_v1_FlowWindow__Output,
} from "../../../muster/worker/v1/FlowWindow.js";
import type {
  Subscription as _muster_worker_v1_Subscription,
  Subscription__Output as _muster_worker_v1_Subscription__Output,
} from "../../../muster/worker/v1/Subscription.js";

export interface FlowUpdate {
  window?: _muster_worker_v1_FlowWindow | null;
  /**
   * if any: replaces all
   */
  subscriptions?: _muster_worker_v1_Subscription[];
}

export interface FlowUpdate__Output {
  window?: _muster_worker_v1_FlowWindow__Output;
  /**
   * if any: replaces all
   */
  subscriptions?: _muster_worker_v1_Subscription__Output[];
}
