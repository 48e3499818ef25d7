// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  JobState as _muster_common_v1_JobState,
  JobState__Output as _muster_common_v1_JobState__Output,
} from "../../../muster/common/v1/JobState.js";

export interface ListJobsRequest {
  namespace?: string;
  states?: _muster_common_v1_JobState[];
  queue?: string;
  type?: string;
  graphId?: string;
  /**
   * all must match
   */
  labels?: { [key: string]: string };
  /**
   * 1..1000, 0 means 100
   */
  pageSize?: number;
  pageToken?: string;
  oldestFirst?: boolean;
  /**
   * leave payload and output out
   */
  omitBodies?: boolean;
}

export interface ListJobsRequest__Output {
  namespace?: string;
  states?: _muster_common_v1_JobState__Output[];
  queue?: string;
  type?: string;
  graphId?: string;
  /**
   * all must match
   */
  labels?: { [key: string]: string };
  /**
   * 1..1000, 0 means 100
   */
  pageSize?: number;
  pageToken?: string;
  oldestFirst?: boolean;
  /**
   * leave payload and output out
   */
  omitBodies?: boolean;
}
