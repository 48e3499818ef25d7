// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  Payload as _muster_common_v1_Payload,
  Payload__Output as _muster_common_v1_Payload__Output,
} from "../../../muster/common/v1/Payload.js";

export interface Success {
  output?: _muster_common_v1_Payload | null;
}

export interface Success__Output {
  output?: _muster_common_v1_Payload__Output;
}
