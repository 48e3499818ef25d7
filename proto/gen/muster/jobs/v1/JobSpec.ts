// Original file: proto/muster/jobs/v1/job_spec.proto

import type {
  Payload as _muster_common_v1_Payload,
  Payload__Output as _muster_common_v1_Payload__Output,
} from "../../../muster/common/v1/Payload.js";
import type {
  BackoffPolicy as _muster_jobs_v1_BackoffPolicy,
  BackoffPolicy__Output as _muster_jobs_v1_BackoffPolicy__Output,
} from "../../../muster/jobs/v1/BackoffPolicy.js";
import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";
import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";
import type {
  OnParentFailure as _muster_jobs_v1_OnParentFailure,
  OnParentFailure__Output as _muster_jobs_v1_OnParentFailure__Output,
} from "../../../muster/jobs/v1/OnParentFailure.js";
import type {
  ErrorRule as _muster_jobs_v1_ErrorRule,
  ErrorRule__Output as _muster_jobs_v1_ErrorRule__Output,
} from "../../../muster/jobs/v1/ErrorRule.js";

export interface JobSpec {
  /**
   * unique in its submission; how its siblings name it
   */
  key?: string;
  /**
   * the handler's name, 1..200 characters
   */
  type?: string;
  /**
   * empty means "default"
   */
  queue?: string;
  payload?: _muster_common_v1_Payload | null;
  /**
   * -1000..1000, default 3: 4 and above high, 2 and 3 medium, 1 and below low
   */
  priority?: number;
  /**
   * default true
   */
  inheritPriority?: boolean;
  /**
   * 1..100, 0 means 3
   */
  maxAttempts?: number;
  backoff?: _muster_jobs_v1_BackoffPolicy | null;
  /**
   * from STARTED; absent: none
   */
  executionTimeout?: _google_protobuf_Duration | null;
  /**
   * not before; absent: now
   */
  runAt?: _google_protobuf_Timestamp | null;
  /**
   * keys of this submission, or job ids
   */
  dependsOn?: string[];
  onParentFailure?: _muster_jobs_v1_OnParentFailure;
  /**
   * unique in the namespace, up to 200 characters
   */
  idempotencyKey?: string;
  /**
   * up to 64, 256 bytes each
   */
  labels?: { [key: string]: string };
  /**
   * handed to the handler untouched
   */
  headers?: { [key: string]: string };
  /**
   * Ready and not started on a worker for so long: it dies with reason start_timeout. Counted anew at each attempt.
   */
  startTimeout?: _google_protobuf_Duration | null;
  /**
   * Started and no progress reported for so long, 1 s or more: the attempt failed, and may be retried.
   */
  progressTimeout?: _google_protobuf_Duration | null;
  /**
   * How long it is expected to run, for GRAPH_ORDER_CRITICAL_PATH; absent: 1 s.
   */
  expectedDuration?: _google_protobuf_Duration | null;
  /**
   * jobs of one queue with the same key run at most so many at once; 1..200 characters
   */
  concurrencyKey?: string;
  /**
   * how many, counted when this job starts; 1..1000, 0: the queue's key limit, or 1
   */
  concurrencyLimit?: number;
  /**
   * up to 32, each type once
   */
  errorRules?: _muster_jobs_v1_ErrorRule[];
  _priority?: "priority";
  _inheritPriority?: "inheritPriority";
}

export interface JobSpec__Output {
  /**
   * unique in its submission; how its siblings name it
   */
  key?: string;
  /**
   * the handler's name, 1..200 characters
   */
  type?: string;
  /**
   * empty means "default"
   */
  queue?: string;
  payload?: _muster_common_v1_Payload__Output;
  /**
   * -1000..1000, default 3: 4 and above high, 2 and 3 medium, 1 and below low
   */
  priority?: number;
  /**
   * default true
   */
  inheritPriority?: boolean;
  /**
   * 1..100, 0 means 3
   */
  maxAttempts?: number;
  backoff?: _muster_jobs_v1_BackoffPolicy__Output;
  /**
   * from STARTED; absent: none
   */
  executionTimeout?: _google_protobuf_Duration__Output;
  /**
   * not before; absent: now
   */
  runAt?: _google_protobuf_Timestamp__Output;
  /**
   * keys of this submission, or job ids
   */
  dependsOn?: string[];
  onParentFailure?: _muster_jobs_v1_OnParentFailure__Output;
  /**
   * unique in the namespace, up to 200 characters
   */
  idempotencyKey?: string;
  /**
   * up to 64, 256 bytes each
   */
  labels?: { [key: string]: string };
  /**
   * handed to the handler untouched
   */
  headers?: { [key: string]: string };
  /**
   * Ready and not started on a worker for so long: it dies with reason start_timeout. Counted anew at each attempt.
   */
  startTimeout?: _google_protobuf_Duration__Output;
  /**
   * Started and no progress reported for so long, 1 s or more: the attempt failed, and may be retried.
   */
  progressTimeout?: _google_protobuf_Duration__Output;
  /**
   * How long it is expected to run, for GRAPH_ORDER_CRITICAL_PATH; absent: 1 s.
   */
  expectedDuration?: _google_protobuf_Duration__Output;
  /**
   * jobs of one queue with the same key run at most so many at once; 1..200 characters
   */
  concurrencyKey?: string;
  /**
   * how many, counted when this job starts; 1..1000, 0: the queue's key limit, or 1
   */
  concurrencyLimit?: number;
  /**
   * up to 32, each type once
   */
  errorRules?: _muster_jobs_v1_ErrorRule__Output[];
  _priority?: "priority";
  _inheritPriority?: "inheritPriority";
}
