// Original file: proto/muster/jobs/v1/submission.proto

import type {
  JobSpec as _muster_jobs_v1_JobSpec,
  JobSpec__Output as _muster_jobs_v1_JobSpec__Output,
} from "../../../muster/jobs/v1/JobSpec.js";

export interface StreamJobsRequest {
  namespace?: string;
  /**
   * 1..10000
   */
  jobs?: _muster_jobs_v1_JobSpec[];
}

export interface StreamJobsRequest__Output {
  namespace?: string;
  /**
   * 1..10000
   */
  jobs?: _muster_jobs_v1_JobSpec__Output[];
}
