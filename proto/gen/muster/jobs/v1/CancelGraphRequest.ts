// Original file: proto/muster/jobs/v1/cancel.proto

import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";

export interface CancelGraphRequest {
  namespace?: string;
  graphId?: string;
  reason?: string;
  grace?: _google_protobuf_Duration | null;
}

export interface CancelGraphRequest__Output {
  namespace?: string;
  graphId?: string;
  reason?: string;
  grace?: _google_protobuf_Duration__Output;
}
