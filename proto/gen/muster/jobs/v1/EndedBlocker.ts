// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  JobState as _muster_common_v1_JobState,
  JobState__Output as _muster_common_v1_JobState__Output,
} from "../../../muster/common/v1/JobState.js";
import type {
  JobError as _muster_jobs_v1_JobError,
  JobError__Output as _muster_jobs_v1_JobError__Output,
} from "../../../muster/jobs/v1/JobError.js";
import type {
  ChainStep as _muster_jobs_v1_ChainStep,
  ChainStep__Output as _muster_jobs_v1_ChainStep__Output,
} from "../../../muster/jobs/v1/ChainStep.js";

export interface EndedBlocker {
  state?: _muster_common_v1_JobState;
  stateReason?: string;
  error?: _muster_jobs_v1_JobError | null;
  /**
   * the parents that ended it, the first to fail last
   */
  chain?: _muster_jobs_v1_ChainStep[];
  leftOut?: number;
}

export interface EndedBlocker__Output {
  state?: _muster_common_v1_JobState__Output;
  stateReason?: string;
  error?: _muster_jobs_v1_JobError__Output;
  /**
   * the parents that ended it, the first to fail last
   */
  chain?: _muster_jobs_v1_ChainStep__Output[];
  leftOut?: number;
}
