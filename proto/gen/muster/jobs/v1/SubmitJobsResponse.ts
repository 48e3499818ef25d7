// Original file: proto/muster/jobs/v1/submission.proto

import type {
  SubmittedJob as _muster_jobs_v1_SubmittedJob,
  SubmittedJob__Output as _muster_jobs_v1_SubmittedJob__Output,
} from "../../../muster/jobs/v1/SubmittedJob.js";

export interface SubmitJobsResponse {
  /**
   * in the order of the request
   */
  jobs?: _muster_jobs_v1_SubmittedJob[];
}

export interface SubmitJobsResponse__Output {
  /**
   * in the order of the request
   */
  jobs?: _muster_jobs_v1_SubmittedJob__Output[];
}
