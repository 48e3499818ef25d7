// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  Assignment as _muster_worker_v1_Assignment,
  Assignment__Output as _muster_worker_v1_Assignment__Output,
} from "../../../muster/worker/v1/Assignment.js";

export interface AssignmentBatch {
  assignments?: _muster_worker_v1_Assignment[];
}

export interface AssignmentBatch__Output {
  assignments?: _muster_worker_v1_Assignment__Output[];
}
