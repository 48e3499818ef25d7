// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  ReconcileVerdict as _muster_worker_v1_ReconcileVerdict,
  ReconcileVerdict__Output as _muster_worker_v1_ReconcileVerdict__Output,
} from "../../../muster/worker/v1/ReconcileVerdict.js";

/**
 * What the server decided about the jobs reported in Hello. A ref that is not listed is kept.
 */
export interface ReconcileBatch {
  verdicts?: _muster_worker_v1_ReconcileVerdict[];
  /**
   * results may be sent only after the batch with last = true
   */
  last?: boolean;
}

/**
 * What the server decided about the jobs reported in Hello. A ref that is not listed is kept.
 */
export interface ReconcileBatch__Output {
  verdicts?: _muster_worker_v1_ReconcileVerdict__Output[];
  /**
   * results may be sent only after the batch with last = true
   */
  last?: boolean;
}
