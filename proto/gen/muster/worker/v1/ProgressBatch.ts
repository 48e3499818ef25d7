// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  Progress as _muster_worker_v1_Progress,
  Progress__Output as _muster_worker_v1_Progress__Output,
} from "../../../muster/worker/v1/Progress.js";

export interface ProgressBatch {
  items?: _muster_worker_v1_Progress[];
}

export interface ProgressBatch__Output {
  items?: _muster_worker_v1_Progress__Output[];
}
