// Original file: proto/muster/jobs/v1/submission.proto

import type {
  SubmittedJob as _muster_jobs_v1_SubmittedJob,
  SubmittedJob__Output as _muster_jobs_v1_SubmittedJob__Output,
} from "../../../muster/jobs/v1/SubmittedJob.js";

export interface SubmitGraphResponse {
  graphId?: string;
  jobs?: _muster_jobs_v1_SubmittedJob[];
  existed?: boolean;
}

export interface SubmitGraphResponse__Output {
  graphId?: string;
  jobs?: _muster_jobs_v1_SubmittedJob__Output[];
  existed?: boolean;
}
