// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  ResultAck as _muster_worker_v1_ResultAck,
  ResultAck__Output as _muster_worker_v1_ResultAck__Output,
} from "../../../muster/worker/v1/ResultAck.js";

/**
 * Built from committed rows only. The worker keeps a result until it is acknowledged.
 */
export interface ResultAckBatch {
  acks?: _muster_worker_v1_ResultAck[];
}

/**
 * Built from committed rows only. The worker keeps a result until it is acknowledged.
 */
export interface ResultAckBatch__Output {
  acks?: _muster_worker_v1_ResultAck__Output[];
}
