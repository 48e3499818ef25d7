// Original file: proto/muster/jobs/v1/cancel.proto

import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";

export interface CancelJobRequest {
  namespace?: string;
  jobId?: string;
  reason?: string;
  /**
   * default 30 s; 0: taken from its worker at once
   */
  grace?: _google_protobuf_Duration | null;
}

export interface CancelJobRequest__Output {
  namespace?: string;
  jobId?: string;
  reason?: string;
  /**
   * default 30 s; 0: taken from its worker at once
   */
  grace?: _google_protobuf_Duration__Output;
}
