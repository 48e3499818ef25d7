// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  ServerDrainReason as _muster_worker_v1_ServerDrainReason,
  ServerDrainReason__Output as _muster_worker_v1_ServerDrainReason__Output,
} from "../../../muster/worker/v1/ServerDrainReason.js";
import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";

export interface ServerDrain {
  reason?: _muster_worker_v1_ServerDrainReason;
  /**
   * jittered per session by the server
   */
  reconnectAfter?: _google_protobuf_Duration | null;
  closeAfter?: _google_protobuf_Duration | null;
}

export interface ServerDrain__Output {
  reason?: _muster_worker_v1_ServerDrainReason__Output;
  /**
   * jittered per session by the server
   */
  reconnectAfter?: _google_protobuf_Duration__Output;
  closeAfter?: _google_protobuf_Duration__Output;
}
