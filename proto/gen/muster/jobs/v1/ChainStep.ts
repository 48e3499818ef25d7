// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  JobState as _muster_common_v1_JobState,
  JobState__Output as _muster_common_v1_JobState__Output,
} from "../../../muster/common/v1/JobState.js";
import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";

/**
 * One job on the way from a parent to what holds the whole chain.
 */
export interface ChainStep {
  jobId?: string;
  key?: string;
  type?: string;
  queue?: string;
  state?: _muster_common_v1_JobState;
  /**
   * while it runs
   */
  workerId?: string;
  /**
   * what holds it first
   */
  reason?: string;
  since?: _google_protobuf_Timestamp | null;
  summary?: string;
}

/**
 * One job on the way from a parent to what holds the whole chain.
 */
export interface ChainStep__Output {
  jobId?: string;
  key?: string;
  type?: string;
  queue?: string;
  state?: _muster_common_v1_JobState__Output;
  /**
   * while it runs
   */
  workerId?: string;
  /**
   * what holds it first
   */
  reason?: string;
  since?: _google_protobuf_Timestamp__Output;
  summary?: string;
}
