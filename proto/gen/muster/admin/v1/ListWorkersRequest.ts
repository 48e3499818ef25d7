// Original file: proto/muster/admin/v1/admin_service.proto

import type {
  WorkerState as _muster_admin_v1_WorkerState,
  WorkerState__Output as _muster_admin_v1_WorkerState__Output,
} from "../../../muster/admin/v1/WorkerState.js";

export interface ListWorkersRequest {
  namespace?: string;
  /**
   * empty: online, suspect and draining
   */
  states?: _muster_admin_v1_WorkerState[];
  /**
   * 1..1000, 0 means 100
   */
  pageSize?: number;
  pageToken?: string;
}

export interface ListWorkersRequest__Output {
  namespace?: string;
  /**
   * empty: online, suspect and draining
   */
  states?: _muster_admin_v1_WorkerState__Output[];
  /**
   * 1..1000, 0 means 100
   */
  pageSize?: number;
  pageToken?: string;
}
