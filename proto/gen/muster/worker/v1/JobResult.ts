// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  JobRef as _muster_worker_v1_JobRef,
  JobRef__Output as _muster_worker_v1_JobRef__Output,
} from "../../../muster/worker/v1/JobRef.js";
import type {
  Success as _muster_worker_v1_Success,
  Success__Output as _muster_worker_v1_Success__Output,
} from "../../../muster/worker/v1/Success.js";
import type {
  Failure as _muster_worker_v1_Failure,
  Failure__Output as _muster_worker_v1_Failure__Output,
} from "../../../muster/worker/v1/Failure.js";
import type {
  Cancelled as _muster_worker_v1_Cancelled,
  Cancelled__Output as _muster_worker_v1_Cancelled__Output,
} from "../../../muster/worker/v1/Cancelled.js";
import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";

export interface JobResult {
  ref?: _muster_worker_v1_JobRef | null;
  success?: _muster_worker_v1_Success | null;
  failure?: _muster_worker_v1_Failure | null;
  cancelled?: _muster_worker_v1_Cancelled | null;
  startedAt?: _google_protobuf_Timestamp | null;
  finishedAt?: _google_protobuf_Timestamp | null;
  outcome?: "success" | "failure" | "cancelled";
}

export interface JobResult__Output {
  ref?: _muster_worker_v1_JobRef__Output;
  success?: _muster_worker_v1_Success__Output;
  failure?: _muster_worker_v1_Failure__Output;
  cancelled?: _muster_worker_v1_Cancelled__Output;
  startedAt?: _google_protobuf_Timestamp__Output;
  finishedAt?: _google_protobuf_Timestamp__Output;
  outcome?: "success" | "failure" | "cancelled";
}
