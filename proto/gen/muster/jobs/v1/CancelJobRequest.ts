// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";

export interface CancelJobRequest {
  namespace?: string;
  jobId?: string;
  reason?: string;
  /**
   * default 30 s
   */
  grace?: _google_protobuf_Duration | null;
}

export interface CancelJobRequest__Output {
  namespace?: string;
  jobId?: string;
  reason?: string;
  /**
   * default 30 s
   */
  grace?: _google_protobuf_Duration__Output;
}
