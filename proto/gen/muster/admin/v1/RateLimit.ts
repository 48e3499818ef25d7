// Original file: proto/muster/admin/v1/admin_service.proto

import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";

/**
 * Starts per period. A start is an assignment; a retry is another one.
 */
export interface RateLimit {
  /**
   * 1..1000000
   */
  starts?: number;
  /**
   * whole milliseconds, 1 ms to 31 days
   */
  period?: _google_protobuf_Duration | null;
  /**
   * most starts at once after a quiet time, 1..1000000; 0 means as many as starts
   */
  burst?: number;
}

/**
 * Starts per period. A start is an assignment; a retry is another one.
 */
export interface RateLimit__Output {
  /**
   * 1..1000000
   */
  starts?: number;
  /**
   * whole milliseconds, 1 ms to 31 days
   */
  period?: _google_protobuf_Duration__Output;
  /**
   * most starts at once after a quiet time, 1..1000000; 0 means as many as starts
   */
  burst?: number;
}
