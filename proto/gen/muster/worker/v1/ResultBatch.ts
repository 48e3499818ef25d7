// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  JobResult as _muster_worker_v1_JobResult,
  JobResult__Output as _muster_worker_v1_JobResult__Output,
} from "../../../muster/worker/v1/JobResult.js";

export interface ResultBatch {
  results?: _muster_worker_v1_JobResult[];
}

export interface ResultBatch__Output {
  results?: _muster_worker_v1_JobResult__Output[];
}
