// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";

export interface Failure {
  errorType?: string;
  message?: string;
  stackTrace?: string;
  nonRetryable?: boolean;
  retryAfter?: _google_protobuf_Duration | null;
}

export interface Failure__Output {
  errorType?: string;
  message?: string;
  stackTrace?: string;
  nonRetryable?: boolean;
  retryAfter?: _google_protobuf_Duration__Output;
}
