// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  JobRef as _muster_worker_v1_JobRef,
  JobRef__Output as _muster_worker_v1_JobRef__Output,
} from "../../../muster/worker/v1/JobRef.js";
import type {
  ReconcileAction as _muster_worker_v1_ReconcileAction,
  ReconcileAction__Output as _muster_worker_v1_ReconcileAction__Output,
} from "../../../muster/worker/v1/ReconcileAction.js";

export interface ReconcileVerdict {
  ref?: _muster_worker_v1_JobRef | null;
  action?: _muster_worker_v1_ReconcileAction;
}

export interface ReconcileVerdict__Output {
  ref?: _muster_worker_v1_JobRef__Output;
  action?: _muster_worker_v1_ReconcileAction__Output;
}
