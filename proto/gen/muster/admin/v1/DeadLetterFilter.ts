// Original file: proto/muster/admin/v1/dead_letters.proto

import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";

/**
 * All that are given must hold. Retrying, discarding and redriving want at least one of them, or `all`.
 */
export interface DeadLetterFilter {
  /**
   * up to 1000
   */
  jobIds?: string[];
  graphId?: string;
  queue?: string;
  type?: string;
  /**
   * of a group
   */
  fingerprint?: string;
  /**
   * exhausted, non_retryable, poison, parent_failed, ...
   */
  reason?: string;
  errorType?: string;
  diedAfter?: _google_protobuf_Timestamp | null;
  diedBefore?: _google_protobuf_Timestamp | null;
  /**
   * every dead letter of the namespace
   */
  all?: boolean;
}

/**
 * All that are given must hold. Retrying, discarding and redriving want at least one of them, or `all`.
 */
export interface DeadLetterFilter__Output {
  /**
   * up to 1000
   */
  jobIds?: string[];
  graphId?: string;
  queue?: string;
  type?: string;
  /**
   * of a group
   */
  fingerprint?: string;
  /**
   * exhausted, non_retryable, poison, parent_failed, ...
   */
  reason?: string;
  errorType?: string;
  diedAfter?: _google_protobuf_Timestamp__Output;
  diedBefore?: _google_protobuf_Timestamp__Output;
  /**
   * every dead letter of the namespace
   */
  all?: boolean;
}
