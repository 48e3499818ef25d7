// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  JobRef as _muster_worker_v1_JobRef,
  JobRef__Output as _muster_worker_v1_JobRef__Output,
} from "../../../muster/worker/v1/JobRef.js";
import type {
  ProgressState as _muster_worker_v1_ProgressState,
  ProgressState__Output as _muster_worker_v1_ProgressState__Output,
} from "../../../muster/worker/v1/ProgressState.js";
import type {
  Payload as _muster_common_v1_Payload,
  Payload__Output as _muster_common_v1_Payload__Output,
} from "../../../muster/common/v1/Payload.js";

export interface Progress {
  ref?: _muster_worker_v1_JobRef | null;
  state?: _muster_worker_v1_ProgressState;
  checkpoint?: _muster_common_v1_Payload | null;
  /**
   * 0..1
   */
  fraction?: number | string;
  note?: string;
}

export interface Progress__Output {
  ref?: _muster_worker_v1_JobRef__Output;
  state?: _muster_worker_v1_ProgressState__Output;
  checkpoint?: _muster_common_v1_Payload__Output;
  /**
   * 0..1
   */
  fraction?: number;
  note?: string;
}
