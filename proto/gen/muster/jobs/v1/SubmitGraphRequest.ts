// Original file: proto/muster/jobs/v1/submission.proto

import type {
  JobSpec as _muster_jobs_v1_JobSpec,
  JobSpec__Output as _muster_jobs_v1_JobSpec__Output,
} from "../../../muster/jobs/v1/JobSpec.js";
import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";
import type {
  GraphOrder as _muster_jobs_v1_GraphOrder,
  GraphOrder__Output as _muster_jobs_v1_GraphOrder__Output,
} from "../../../muster/jobs/v1/GraphOrder.js";

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
  /**
   * then every job that has not ended is cancelled, reason graph_timeout
   */
  timeout?: _google_protobuf_Duration | null;
  order?: _muster_jobs_v1_GraphOrder;
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
  /**
   * then every job that has not ended is cancelled, reason graph_timeout
   */
  timeout?: _google_protobuf_Duration__Output;
  order?: _muster_jobs_v1_GraphOrder__Output;
}
