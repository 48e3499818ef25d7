// Original file: proto/muster/jobs/v1/cancel.proto

import type {
  JobState as _muster_common_v1_JobState,
  JobState__Output as _muster_common_v1_JobState__Output,
} from "../../../muster/common/v1/JobState.js";

export interface CancelJobResponse {
  /**
   * after the call; RUNNING: its worker has been told
   */
  state?: _muster_common_v1_JobState;
  /**
   * false: the job had ended before, and how it ended stands
   */
  won?: boolean;
}

export interface CancelJobResponse__Output {
  /**
   * after the call; RUNNING: its worker has been told
   */
  state?: _muster_common_v1_JobState__Output;
  /**
   * false: the job had ended before, and how it ended stands
   */
  won?: boolean;
}
