// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  JobRef as _muster_worker_v1_JobRef,
  JobRef__Output as _muster_worker_v1_JobRef__Output,
} from "../../../muster/worker/v1/JobRef.js";

export interface ReleaseAckBatch {
  /**
   * settled: released, or no longer the worker's anyway
   */
  refs?: _muster_worker_v1_JobRef[];
}

export interface ReleaseAckBatch__Output {
  /**
   * settled: released, or no longer the worker's anyway
   */
  refs?: _muster_worker_v1_JobRef__Output[];
}
