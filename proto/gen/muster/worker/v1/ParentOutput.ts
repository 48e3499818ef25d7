// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  Payload as _muster_common_v1_Payload,
  Payload__Output as _muster_common_v1_Payload__Output,
} from "../../../muster/common/v1/Payload.js";

export interface ParentOutput {
  jobId?: string;
  output?: _muster_common_v1_Payload | null;
  /**
   * the parent's key in its submission, if it had one
   */
  key?: string;
  /**
   * false only for a dependent whose policy is RUN
   */
  succeeded?: boolean;
}

export interface ParentOutput__Output {
  jobId?: string;
  output?: _muster_common_v1_Payload__Output;
  /**
   * the parent's key in its submission, if it had one
   */
  key?: string;
  /**
   * false only for a dependent whose policy is RUN
   */
  succeeded?: boolean;
}
