// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  JobRef as _muster_worker_v1_JobRef,
  JobRef__Output as _muster_worker_v1_JobRef__Output,
} from "../../../muster/worker/v1/JobRef.js";
import type {
  ResultDisposition as _muster_worker_v1_ResultDisposition,
  ResultDisposition__Output as _muster_worker_v1_ResultDisposition__Output,
} from "../../../muster/worker/v1/ResultDisposition.js";

export interface ResultAck {
  ref?: _muster_worker_v1_JobRef | null;
  disposition?: _muster_worker_v1_ResultDisposition;
  reason?: string;
  /**
   * dependents that this result made ready
   */
  unblockedCount?: number;
  /**
   * up to 100 of them
   */
  unblockedJobIds?: string[];
  /**
   * a failure that gets another attempt
   */
  willRetry?: boolean;
}

export interface ResultAck__Output {
  ref?: _muster_worker_v1_JobRef__Output;
  disposition?: _muster_worker_v1_ResultDisposition__Output;
  reason?: string;
  /**
   * dependents that this result made ready
   */
  unblockedCount?: number;
  /**
   * up to 100 of them
   */
  unblockedJobIds?: string[];
  /**
   * a failure that gets another attempt
   */
  willRetry?: boolean;
}
