// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  JobRef as _muster_worker_v1_JobRef,
  JobRef__Output as _muster_worker_v1_JobRef__Output,
} from "../../../muster/worker/v1/JobRef.js";

export interface Revoke {
  ref?: _muster_worker_v1_JobRef | null;
  reason?: string;
}

export interface Revoke__Output {
  ref?: _muster_worker_v1_JobRef__Output;
  reason?: string;
}
