// Original file: proto/muster/jobs/v1/limit_hold.proto

import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";
import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";
import type { Long } from "@grpc/proto-loader";

/**
 * One limit that holds a ready job back.
 */
export interface LimitHold {
  /**
   * key | queue | rate
   */
  kind?: string;
  /**
   * jobs at once; for the rate, starts per period
   */
  bound?: number;
  /**
   * jobs that the limit counts now
   */
  running?: number;
  /**
   * ready jobs of the same key and type that come first
   */
  ahead?: number | string | Long;
  /**
   * of the rate: when it allows another start
   */
  nextStartAt?: _google_protobuf_Timestamp | null;
  /**
   * of the key
   */
  concurrencyKey?: string;
  /**
   * of the rate
   */
  period?: _google_protobuf_Duration | null;
}

/**
 * One limit that holds a ready job back.
 */
export interface LimitHold__Output {
  /**
   * key | queue | rate
   */
  kind?: string;
  /**
   * jobs at once; for the rate, starts per period
   */
  bound?: number;
  /**
   * jobs that the limit counts now
   */
  running?: number;
  /**
   * ready jobs of the same key and type that come first
   */
  ahead?: number;
  /**
   * of the rate: when it allows another start
   */
  nextStartAt?: _google_protobuf_Timestamp__Output;
  /**
   * of the key
   */
  concurrencyKey?: string;
  /**
   * of the rate
   */
  period?: _google_protobuf_Duration__Output;
}
