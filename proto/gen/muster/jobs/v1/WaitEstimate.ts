// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";

export interface WaitEstimate {
  /**
   * position / slots x median
   */
  typical?: _google_protobuf_Duration | null;
  /**
   * position / slots, rounded up, x the 90th percentile
   */
  late?: _google_protobuf_Duration | null;
  median?: _google_protobuf_Duration | null;
  p90?: _google_protobuf_Duration | null;
  samples?: number;
  /**
   * how it was computed
   */
  basis?: string;
}

export interface WaitEstimate__Output {
  /**
   * position / slots x median
   */
  typical?: _google_protobuf_Duration__Output;
  /**
   * position / slots, rounded up, x the 90th percentile
   */
  late?: _google_protobuf_Duration__Output;
  median?: _google_protobuf_Duration__Output;
  p90?: _google_protobuf_Duration__Output;
  samples?: number;
  /**
   * how it was computed
   */
  basis?: string;
}
