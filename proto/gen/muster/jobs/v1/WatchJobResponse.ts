// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  Job as _muster_jobs_v1_Job,
  Job__Output as _muster_jobs_v1_Job__Output,
} from "../../../muster/jobs/v1/Job.js";

export interface WatchJobResponse {
  job?: _muster_jobs_v1_Job | null;
}

export interface WatchJobResponse__Output {
  job?: _muster_jobs_v1_Job__Output;
}
