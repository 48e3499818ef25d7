// Original file: proto/muster/jobs/v1/submission.proto

import type {
  Submission as _muster_jobs_v1_Submission,
  Submission__Output as _muster_jobs_v1_Submission__Output,
} from "../../../muster/jobs/v1/Submission.js";

export interface SubmitEachRequest {
  /**
   * 1..1000 of them that were ready together
   */
  submissions?: _muster_jobs_v1_Submission[];
}

export interface SubmitEachRequest__Output {
  /**
   * 1..1000 of them that were ready together
   */
  submissions?: _muster_jobs_v1_Submission__Output[];
}
