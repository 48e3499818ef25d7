// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  DrainMode as _muster_worker_v1_DrainMode,
  DrainMode__Output as _muster_worker_v1_DrainMode__Output,
} from "../../../muster/worker/v1/DrainMode.js";
import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";

export interface DrainRequest {
  mode?: _muster_worker_v1_DrainMode;
  timeout?: _google_protobuf_Duration | null;
}

export interface DrainRequest__Output {
  mode?: _muster_worker_v1_DrainMode__Output;
  timeout?: _google_protobuf_Duration__Output;
}
