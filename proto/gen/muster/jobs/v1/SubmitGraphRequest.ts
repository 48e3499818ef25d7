// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  JobSpec as _muster_jobs_v1_JobSpec,
  JobSpec__Output as _muster_jobs_v1_JobSpec__Output,
} from "../../../muster/jobs/v1/JobSpec.js";

export interface SubmitGraphRequest {
  namespace?: string;
  name?: string;
  /**
   * 1..50000, in any order
   */
  jobs?: _muster_jobs_v1_JobSpec[];
  /**
   * given to every job
   */
  labels?: { [key: string]: string };
  /**
   * of the whole graph
   */
  idempotencyKey?: string;
}

export interface SubmitGraphRequest__Output {
  namespace?: string;
  name?: string;
  /**
   * 1..50000, in any order
   */
  jobs?: _muster_jobs_v1_JobSpec__Output[];
  /**
   * given to every job
   */
  labels?: { [key: string]: string };
  /**
   * of the whole graph
   */
  idempotencyKey?: string;
}
