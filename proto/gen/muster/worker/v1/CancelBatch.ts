// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  Cancel as _muster_worker_v1_Cancel,
  Cancel__Output as _muster_worker_v1_Cancel__Output,
} from "../../../muster/worker/v1/Cancel.js";

/**
 * Please stop and report `cancelled`; after `grace` the job is revoked.
 */
export interface CancelBatch {
  cancels?: _muster_worker_v1_Cancel[];
}

/**
 * Please stop and report `cancelled`; after `grace` the job is revoked.
 */
export interface CancelBatch__Output {
  cancels?: _muster_worker_v1_Cancel__Output[];
}
