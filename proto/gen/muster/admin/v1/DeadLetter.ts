// Original file: proto/muster/admin/v1/dead_letters.proto

import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";

export interface DeadLetter {
  jobId?: string;
  queue?: string;
  type?: string;
  graphId?: string;
  /**
   * of the job, when it died
   */
  generation?: number;
  attempts?: number;
  reason?: string;
  /**
   * of the last error; the reason when there was none
   */
  errorType?: string;
  /**
   * up to 500 characters
   */
  message?: string;
  /**
   * equal for errors that differ only in numbers, ids, hex and quoted parts
   */
  fingerprint?: string;
  /**
   * the workers that were lost with it, in that order
   */
  lostWorkers?: string[];
  diedAt?: _google_protobuf_Timestamp | null;
  discardedAt?: _google_protobuf_Timestamp | null;
}

export interface DeadLetter__Output {
  jobId?: string;
  queue?: string;
  type?: string;
  graphId?: string;
  /**
   * of the job, when it died
   */
  generation?: number;
  attempts?: number;
  reason?: string;
  /**
   * of the last error; the reason when there was none
   */
  errorType?: string;
  /**
   * up to 500 characters
   */
  message?: string;
  /**
   * equal for errors that differ only in numbers, ids, hex and quoted parts
   */
  fingerprint?: string;
  /**
   * the workers that were lost with it, in that order
   */
  lostWorkers?: string[];
  diedAt?: _google_protobuf_Timestamp__Output;
  discardedAt?: _google_protobuf_Timestamp__Output;
}
