// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  JobState as _muster_common_v1_JobState,
  JobState__Output as _muster_common_v1_JobState__Output,
} from "../../../muster/common/v1/JobState.js";
import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";
import type {
  Blocker as _muster_jobs_v1_Blocker,
  Blocker__Output as _muster_jobs_v1_Blocker__Output,
} from "../../../muster/jobs/v1/Blocker.js";

export interface ExplainJobResponse {
  jobId?: string;
  namespace?: string;
  queue?: string;
  type?: string;
  key?: string;
  state?: _muster_common_v1_JobState;
  /**
   * the database's clock
   */
  at?: _google_protobuf_Timestamp | null;
  /**
   * never empty; the first has to go first
   */
  blockers?: _muster_jobs_v1_Blocker[];
  /**
   * open parents that are not among the blockers: only the worst are told
   */
  moreParents?: number;
}

export interface ExplainJobResponse__Output {
  jobId?: string;
  namespace?: string;
  queue?: string;
  type?: string;
  key?: string;
  state?: _muster_common_v1_JobState__Output;
  /**
   * the database's clock
   */
  at?: _google_protobuf_Timestamp__Output;
  /**
   * never empty; the first has to go first
   */
  blockers?: _muster_jobs_v1_Blocker__Output[];
  /**
   * open parents that are not among the blockers: only the worst are told
   */
  moreParents?: number;
}
