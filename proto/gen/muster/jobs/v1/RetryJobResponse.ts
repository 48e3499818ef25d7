// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  JobState as _muster_common_v1_JobState,
  JobState__Output as _muster_common_v1_JobState__Output,
} from "../../../muster/common/v1/JobState.js";

export interface RetryJobResponse {
  state?: _muster_common_v1_JobState;
  generation?: number;
}

export interface RetryJobResponse__Output {
  state?: _muster_common_v1_JobState__Output;
  generation?: number;
}
