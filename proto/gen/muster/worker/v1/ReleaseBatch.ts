// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  Release as _muster_worker_v1_Release,
  Release__Output as _muster_worker_v1_Release__Output,
} from "../../../muster/worker/v1/Release.js";

/**
 * Gives work back without failing it; the attempt is not spent.
 */
export interface ReleaseBatch {
  releases?: _muster_worker_v1_Release[];
}

/**
 * Gives work back without failing it; the attempt is not spent.
 */
export interface ReleaseBatch__Output {
  releases?: _muster_worker_v1_Release__Output[];
}
