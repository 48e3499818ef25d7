// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  JobRef as _muster_worker_v1_JobRef,
  JobRef__Output as _muster_worker_v1_JobRef__Output,
} from "../../../muster/worker/v1/JobRef.js";
import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";

export interface Cancel {
  ref?: _muster_worker_v1_JobRef | null;
  reason?: string;
  grace?: _google_protobuf_Duration | null;
}

export interface Cancel__Output {
  ref?: _muster_worker_v1_JobRef__Output;
  reason?: string;
  grace?: _google_protobuf_Duration__Output;
}
