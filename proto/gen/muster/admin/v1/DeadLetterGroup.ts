// Original file: proto/muster/admin/v1/dead_letters.proto

import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";

export interface DeadLetterGroup {
  fingerprint?: string;
  errorType?: string;
  /**
   * of the job that died last
   */
  message?: string;
  count?: number;
  firstDiedAt?: _google_protobuf_Timestamp | null;
  lastDiedAt?: _google_protobuf_Timestamp | null;
  /**
   * the job that died last
   */
  sampleJobId?: string;
  /**
   * of its jobs, up to 10
   */
  types?: string[];
}

export interface DeadLetterGroup__Output {
  fingerprint?: string;
  errorType?: string;
  /**
   * of the job that died last
   */
  message?: string;
  count?: number;
  firstDiedAt?: _google_protobuf_Timestamp__Output;
  lastDiedAt?: _google_protobuf_Timestamp__Output;
  /**
   * the job that died last
   */
  sampleJobId?: string;
  /**
   * of its jobs, up to 10
   */
  types?: string[];
}
