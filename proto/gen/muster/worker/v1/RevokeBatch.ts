// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  Revoke as _muster_worker_v1_Revoke,
  Revoke__Output as _muster_worker_v1_Revoke__Output,
} from "../../../muster/worker/v1/Revoke.js";

/**
 * You no longer own it: drop it, do not report.
 */
export interface RevokeBatch {
  revokes?: _muster_worker_v1_Revoke[];
}

/**
 * You no longer own it: drop it, do not report.
 */
export interface RevokeBatch__Output {
  revokes?: _muster_worker_v1_Revoke__Output[];
}
