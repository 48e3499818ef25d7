// Original file: proto/muster/jobs/v1/submission.proto

import type {
  JobSpec as _muster_jobs_v1_JobSpec,
  JobSpec__Output as _muster_jobs_v1_JobSpec__Output,
} from "../../../muster/jobs/v1/JobSpec.js";
import type { Long } from "@grpc/proto-loader";

export interface Submission {
  /**
   * names the answer; 1 or more, and of none that is still to be answered on this stream
   */
  id?: number | string | Long;
  namespace?: string;
  /**
   * 1..10000
   */
  jobs?: _muster_jobs_v1_JobSpec[];
}

export interface Submission__Output {
  /**
   * names the answer; 1 or more, and of none that is still to be answered on this stream
   */
  id?: number;
  namespace?: string;
  /**
   * 1..10000
   */
  jobs?: _muster_jobs_v1_JobSpec__Output[];
}
