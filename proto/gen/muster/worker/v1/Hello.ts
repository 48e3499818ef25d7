// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  Subscription as _muster_worker_v1_Subscription,
  Subscription__Output as _muster_worker_v1_Subscription__Output,
} from "../../../muster/worker/v1/Subscription.js";
import type {
  FlowWindow as _muster_worker_v1_FlowWindow,
  FlowWindow__Output as _muster_worker_v1_FlowWindow__Output,
} from "../../../muster/worker/v1/FlowWindow.js";
import type {
  SdkInfo as _muster_worker_v1_SdkInfo,
  SdkInfo__Output as _muster_worker_v1_SdkInfo__Output,
} from "../../../muster/worker/v1/SdkInfo.js";
import type {
  ResumeToken as _muster_worker_v1_ResumeToken,
  ResumeToken__Output as _muster_worker_v1_ResumeToken__Output,
} from "../../../muster/worker/v1/ResumeToken.js";
import type {
  InFlightJob as _muster_worker_v1_InFlightJob,
  InFlightJob__Output as _muster_worker_v1_InFlightJob__Output,
} from "../../../muster/worker/v1/InFlightJob.js";

export interface Hello {
  /**
   * lowest protocol version the worker speaks; 1 today
   */
  protocolMin?: number;
  protocolMax?: number;
  /**
   * additive behaviour; active only if it comes back in Welcome
   */
  features?: string[];
  /**
   * stable name of the worker, [A-Za-z0-9._:-]{1,200}; default: instance_id
   */
  workerId?: string;
  /**
   * new UUID for every process
   */
  instanceId?: string;
  /**
   * for people
   */
  workerName?: string;
  /**
   * at least one
   */
  subscriptions?: _muster_worker_v1_Subscription[];
  labels?: { [key: string]: string };
  window?: _muster_worker_v1_FlowWindow | null;
  sdk?: _muster_worker_v1_SdkInfo | null;
  buildId?: string;
  /**
   * set when the same process comes back
   */
  resume?: _muster_worker_v1_ResumeToken | null;
  /**
   * every job held, whatever its state
   */
  inFlight?: _muster_worker_v1_InFlightJob[];
  /**
   * empty means "default"
   */
  namespace?: string;
}

export interface Hello__Output {
  /**
   * lowest protocol version the worker speaks; 1 today
   */
  protocolMin?: number;
  protocolMax?: number;
  /**
   * additive behaviour; active only if it comes back in Welcome
   */
  features?: string[];
  /**
   * stable name of the worker, [A-Za-z0-9._:-]{1,200}; default: instance_id
   */
  workerId?: string;
  /**
   * new UUID for every process
   */
  instanceId?: string;
  /**
   * for people
   */
  workerName?: string;
  /**
   * at least one
   */
  subscriptions?: _muster_worker_v1_Subscription__Output[];
  labels?: { [key: string]: string };
  window?: _muster_worker_v1_FlowWindow__Output;
  sdk?: _muster_worker_v1_SdkInfo__Output;
  buildId?: string;
  /**
   * set when the same process comes back
   */
  resume?: _muster_worker_v1_ResumeToken__Output;
  /**
   * every job held, whatever its state
   */
  inFlight?: _muster_worker_v1_InFlightJob__Output[];
  /**
   * empty means "default"
   */
  namespace?: string;
}
