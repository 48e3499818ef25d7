// Original file: proto/muster/admin/v1/admin_service.proto

import type {
  WorkerState as _muster_admin_v1_WorkerState,
  WorkerState__Output as _muster_admin_v1_WorkerState__Output,
} from "../../../muster/admin/v1/WorkerState.js";

export interface DrainWorkerResponse {
  state?: _muster_admin_v1_WorkerState;
  inFlight?: number;
}

export interface DrainWorkerResponse__Output {
  state?: _muster_admin_v1_WorkerState__Output;
  inFlight?: number;
}
