// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  Job as _muster_jobs_v1_Job,
  Job__Output as _muster_jobs_v1_Job__Output,
} from "../../../muster/jobs/v1/Job.js";

export interface ListJobsResponse {
  jobs?: _muster_jobs_v1_Job[];
  /**
   * empty: that was the last page
   */
  nextPageToken?: string;
}

export interface ListJobsResponse__Output {
  jobs?: _muster_jobs_v1_Job__Output[];
  /**
   * empty: that was the last page
   */
  nextPageToken?: string;
}
