// Original file: proto/muster/jobs/v1/cancel.proto

import type {
  JobState as _muster_common_v1_JobState,
  JobState__Output as _muster_common_v1_JobState__Output,
} from "../../../muster/common/v1/JobState.js";

/**
 * Which jobs that have not ended are meant. All that are given must hold; at least one of them, or `all`.
 */
export interface CancelFilter {
  /**
   * BLOCKED, SCHEDULED, READY, RUNNING; empty: any of them
   */
  states?: _muster_common_v1_JobState[];
  queue?: string;
  type?: string;
  graphId?: string;
  /**
   * all must match
   */
  labels?: { [key: string]: string };
  /**
   * every job of the namespace that has not ended
   */
  all?: boolean;
}

/**
 * Which jobs that have not ended are meant. All that are given must hold; at least one of them, or `all`.
 */
export interface CancelFilter__Output {
  /**
   * BLOCKED, SCHEDULED, READY, RUNNING; empty: any of them
   */
  states?: _muster_common_v1_JobState__Output[];
  queue?: string;
  type?: string;
  graphId?: string;
  /**
   * all must match
   */
  labels?: { [key: string]: string };
  /**
   * every job of the namespace that has not ended
   */
  all?: boolean;
}
