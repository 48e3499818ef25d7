// Original file: proto/muster/admin/v1/admin_service.proto

import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";

export interface DrainWorkerRequest {
  namespace?: string;
  workerId?: string;
  /**
   * then its jobs are taken back; default 10 min
   */
  timeout?: _google_protobuf_Duration | null;
}

export interface DrainWorkerRequest__Output {
  namespace?: string;
  workerId?: string;
  /**
   * then its jobs are taken back; default 10 min
   */
  timeout?: _google_protobuf_Duration__Output;
}
