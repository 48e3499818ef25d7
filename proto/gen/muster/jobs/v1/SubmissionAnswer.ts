// Original file: proto/muster/jobs/v1/submission.proto

import type {
  SubmittedJob as _muster_jobs_v1_SubmittedJob,
  SubmittedJob__Output as _muster_jobs_v1_SubmittedJob__Output,
} from "../../../muster/jobs/v1/SubmittedJob.js";
import type {
  Status as _google_rpc_Status,
  Status__Output as _google_rpc_Status__Output,
} from "../../../google/rpc/Status.js";
import type { Long } from "@grpc/proto-loader";

export interface SubmissionAnswer {
  id?: number | string | Long;
  /**
   * accepted: in the order of the submission
   */
  jobs?: _muster_jobs_v1_SubmittedJob[];
  /**
   * refused: what SubmitJobs would have ended with, details included
   */
  error?: _google_rpc_Status | null;
}

export interface SubmissionAnswer__Output {
  id?: number;
  /**
   * accepted: in the order of the submission
   */
  jobs?: _muster_jobs_v1_SubmittedJob__Output[];
  /**
   * refused: what SubmitJobs would have ended with, details included
   */
  error?: _google_rpc_Status__Output;
}
