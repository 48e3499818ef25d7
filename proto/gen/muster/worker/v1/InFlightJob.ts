// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  JobRef as _muster_worker_v1_JobRef,
  JobRef__Output as _muster_worker_v1_JobRef__Output,
} from "../../../muster/worker/v1/JobRef.js";
import type {
  InFlightState as _muster_worker_v1_InFlightState,
  InFlightState__Output as _muster_worker_v1_InFlightState__Output,
} from "../../../muster/worker/v1/InFlightState.js";

export interface InFlightJob {
  ref?: _muster_worker_v1_JobRef | null;
  state?: _muster_worker_v1_InFlightState;
}

export interface InFlightJob__Output {
  ref?: _muster_worker_v1_JobRef__Output;
  state?: _muster_worker_v1_InFlightState__Output;
}
