// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";

export interface AuthRefreshAck {
  expiresAt?: _google_protobuf_Timestamp | null;
}

export interface AuthRefreshAck__Output {
  expiresAt?: _google_protobuf_Timestamp__Output;
}
