// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  ChainStep as _muster_jobs_v1_ChainStep,
  ChainStep__Output as _muster_jobs_v1_ChainStep__Output,
} from "../../../muster/jobs/v1/ChainStep.js";

export interface ParentBlocker {
  /**
   * the parent first, the root cause last
   */
  chain?: _muster_jobs_v1_ChainStep[];
  /**
   * the chain goes on above what was read
   */
  cut?: boolean;
  /**
   * this one included
   */
  pendingParents?: number;
  /**
   * steps in the middle of the chain that are not told
   */
  leftOut?: number;
}

export interface ParentBlocker__Output {
  /**
   * the parent first, the root cause last
   */
  chain?: _muster_jobs_v1_ChainStep__Output[];
  /**
   * the chain goes on above what was read
   */
  cut?: boolean;
  /**
   * this one included
   */
  pendingParents?: number;
  /**
   * steps in the middle of the chain that are not told
   */
  leftOut?: number;
}
