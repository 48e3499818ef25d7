// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  JobRef as _muster_worker_v1_JobRef,
  JobRef__Output as _muster_worker_v1_JobRef__Output,
} from "../../../muster/worker/v1/JobRef.js";
import type {
  ReleaseReason as _muster_worker_v1_ReleaseReason,
  ReleaseReason__Output as _muster_worker_v1_ReleaseReason__Output,
} from "../../../muster/worker/v1/ReleaseReason.js";
import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";

export interface Release {
  ref?: _muster_worker_v1_JobRef | null;
  reason?: _muster_worker_v1_ReleaseReason;
  delay?: _google_protobuf_Duration | null;
}

export interface Release__Output {
  ref?: _muster_worker_v1_JobRef__Output;
  reason?: _muster_worker_v1_ReleaseReason__Output;
  delay?: _google_protobuf_Duration__Output;
}
