// Original file: proto/muster/jobs/v1/job_spec.proto

import type {
  BackoffKind as _muster_jobs_v1_BackoffKind,
  BackoffKind__Output as _muster_jobs_v1_BackoffKind__Output,
} from "../../../muster/jobs/v1/BackoffKind.js";
import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";

export interface BackoffPolicy {
  kind?: _muster_jobs_v1_BackoffKind;
  /**
   * default 1 s
   */
  base?: _google_protobuf_Duration | null;
  /**
   * default 10 min
   */
  cap?: _google_protobuf_Duration | null;
  /**
   * share of the delay that is random, 0..1; absent: 1 (full jitter)
   */
  jitter?: number | string;
  _jitter?: "jitter";
}

export interface BackoffPolicy__Output {
  kind?: _muster_jobs_v1_BackoffKind__Output;
  /**
   * default 1 s
   */
  base?: _google_protobuf_Duration__Output;
  /**
   * default 10 min
   */
  cap?: _google_protobuf_Duration__Output;
  /**
   * share of the delay that is random, 0..1; absent: 1 (full jitter)
   */
  jitter?: number;
  _jitter?: "jitter";
}
