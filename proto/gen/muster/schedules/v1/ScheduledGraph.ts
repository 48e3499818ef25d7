// Original file: proto/muster/schedules/v1/schedules_service.proto

import type {
  JobSpec as _muster_jobs_v1_JobSpec,
  JobSpec__Output as _muster_jobs_v1_JobSpec__Output,
} from "../../../muster/jobs/v1/JobSpec.js";
import type {
  GraphOrder as _muster_jobs_v1_GraphOrder,
  GraphOrder__Output as _muster_jobs_v1_GraphOrder__Output,
} from "../../../muster/jobs/v1/GraphOrder.js";

export interface ScheduledGraph {
  name?: string;
  /**
   * 1..1000, in any order
   */
  jobs?: _muster_jobs_v1_JobSpec[];
  /**
   * given to every job
   */
  labels?: { [key: string]: string };
  order?: _muster_jobs_v1_GraphOrder;
}

export interface ScheduledGraph__Output {
  name?: string;
  /**
   * 1..1000, in any order
   */
  jobs?: _muster_jobs_v1_JobSpec__Output[];
  /**
   * given to every job
   */
  labels?: { [key: string]: string };
  order?: _muster_jobs_v1_GraphOrder__Output;
}
