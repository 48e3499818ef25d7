// Original file: proto/muster/jobs/v1/submission.proto

import type {
  SubmissionAnswer as _muster_jobs_v1_SubmissionAnswer,
  SubmissionAnswer__Output as _muster_jobs_v1_SubmissionAnswer__Output,
} from "../../../muster/jobs/v1/SubmissionAnswer.js";

export interface SubmitEachResponse {
  answers?: _muster_jobs_v1_SubmissionAnswer[];
}

export interface SubmitEachResponse__Output {
  answers?: _muster_jobs_v1_SubmissionAnswer__Output[];
}
