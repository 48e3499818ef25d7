// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  JobState as _muster_common_v1_JobState,
  JobState__Output as _muster_common_v1_JobState__Output,
} from "../../../muster/common/v1/JobState.js";
import type {
  OnParentFailure as _muster_jobs_v1_OnParentFailure,
  OnParentFailure__Output as _muster_jobs_v1_OnParentFailure__Output,
} from "../../../muster/jobs/v1/OnParentFailure.js";
import type {
  Payload as _muster_common_v1_Payload,
  Payload__Output as _muster_common_v1_Payload__Output,
} from "../../../muster/common/v1/Payload.js";
import type {
  JobError as _muster_jobs_v1_JobError,
  JobError__Output as _muster_jobs_v1_JobError__Output,
} from "../../../muster/jobs/v1/JobError.js";
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
  Execution as _muster_jobs_v1_Execution,
  Execution__Output as _muster_jobs_v1_Execution__Output,
} from "../../../muster/jobs/v1/Execution.js";
import type {
  LimitHold as _muster_jobs_v1_LimitHold,
  LimitHold__Output as _muster_jobs_v1_LimitHold__Output,
} from "../../../muster/jobs/v1/LimitHold.js";
import type {
  ErrorRule as _muster_jobs_v1_ErrorRule,
  ErrorRule__Output as _muster_jobs_v1_ErrorRule__Output,
} from "../../../muster/jobs/v1/ErrorRule.js";
import type { Long } from "@grpc/proto-loader";

export interface Job {
  jobId?: string;
  namespace?: string;
  queue?: string;
  type?: string;
  key?: string;
  graphId?: string;
  state?: _muster_common_v1_JobState;
  /**
   * why it is in this state: exhausted, non_retryable, parent_failed, cancelled, poison, ...
   */
  stateReason?: string;
  /**
   * as submitted; never overwritten
   */
  priority?: number;
  effectivePriority?: number;
  /**
   * own | inherited | raised; the last two with the job it comes from
   */
  priorityReason?: string;
  prioritySourceJobId?: string;
  inheritPriority?: boolean;
  attempt?: number;
  maxAttempts?: number;
  generation?: number;
  leaseEpoch?: number | string | Long;
  /**
   * assignments lost with a worker; they spend no attempt
   */
  losses?: number;
  pendingParents?: number;
  onParentFailure?: _muster_jobs_v1_OnParentFailure;
  payload?: _muster_common_v1_Payload | null;
  output?: _muster_common_v1_Payload | null;
  /**
   * of the last failed attempt
   */
  error?: _muster_jobs_v1_JobError | null;
  backoff?: _muster_jobs_v1_BackoffPolicy | null;
  executionTimeout?: _google_protobuf_Duration | null;
  createdAt?: _google_protobuf_Timestamp | null;
  /**
   * first became ready; kept across retries
   */
  readyAt?: _google_protobuf_Timestamp | null;
  /**
   * while scheduled
   */
  runAt?: _google_protobuf_Timestamp | null;
  /**
   * of the last assignment
   */
  startedAt?: _google_protobuf_Timestamp | null;
  finishedAt?: _google_protobuf_Timestamp | null;
  /**
   * while running
   */
  workerId?: string;
  labels?: { [key: string]: string };
  headers?: { [key: string]: string };
  dependsOn?: string[];
  idempotencyKey?: string;
  cancelRequested?: boolean;
  /**
   * only from GetJob
   */
  executions?: _muster_jobs_v1_Execution[];
  /**
   * 0..1, the last one reported
   */
  progress?: number | string;
  progressNote?: string;
  startTimeout?: _google_protobuf_Duration | null;
  progressTimeout?: _google_protobuf_Duration | null;
  /**
   * why the running attempt was asked to stop: cancelled, execution_timeout, progress_timeout
   */
  stopReason?: string;
  /**
   * when it is taken from its worker, unless it ends before
   */
  stopBy?: _google_protobuf_Timestamp | null;
  concurrencyKey?: string;
  /**
   * 0: the queue's key limit, or 1
   */
  concurrencyLimit?: number;
  /**
   * only from GetJob, only while ready: the limits that hold it back now
   */
  heldBy?: _muster_jobs_v1_LimitHold[];
  /**
   * of a dead letter: what its error has in common with others
   */
  fingerprint?: string;
  /**
   * of a dead letter that was taken off the list
   */
  discardedAt?: _google_protobuf_Timestamp | null;
  /**
   * only from GetJob: workers lost with it in this generation, in that order
   */
  lostWorkers?: string[];
  /**
   * only from GetJob: the last one that an attempt stored
   */
  checkpoint?: _muster_common_v1_Payload | null;
  checkpointAt?: _google_protobuf_Timestamp | null;
  errorRules?: _muster_jobs_v1_ErrorRule[];
}

export interface Job__Output {
  jobId?: string;
  namespace?: string;
  queue?: string;
  type?: string;
  key?: string;
  graphId?: string;
  state?: _muster_common_v1_JobState__Output;
  /**
   * why it is in this state: exhausted, non_retryable, parent_failed, cancelled, poison, ...
   */
  stateReason?: string;
  /**
   * as submitted; never overwritten
   */
  priority?: number;
  effectivePriority?: number;
  /**
   * own | inherited | raised; the last two with the job it comes from
   */
  priorityReason?: string;
  prioritySourceJobId?: string;
  inheritPriority?: boolean;
  attempt?: number;
  maxAttempts?: number;
  generation?: number;
  leaseEpoch?: number;
  /**
   * assignments lost with a worker; they spend no attempt
   */
  losses?: number;
  pendingParents?: number;
  onParentFailure?: _muster_jobs_v1_OnParentFailure__Output;
  payload?: _muster_common_v1_Payload__Output;
  output?: _muster_common_v1_Payload__Output;
  /**
   * of the last failed attempt
   */
  error?: _muster_jobs_v1_JobError__Output;
  backoff?: _muster_jobs_v1_BackoffPolicy__Output;
  executionTimeout?: _google_protobuf_Duration__Output;
  createdAt?: _google_protobuf_Timestamp__Output;
  /**
   * first became ready; kept across retries
   */
  readyAt?: _google_protobuf_Timestamp__Output;
  /**
   * while scheduled
   */
  runAt?: _google_protobuf_Timestamp__Output;
  /**
   * of the last assignment
   */
  startedAt?: _google_protobuf_Timestamp__Output;
  finishedAt?: _google_protobuf_Timestamp__Output;
  /**
   * while running
   */
  workerId?: string;
  labels?: { [key: string]: string };
  headers?: { [key: string]: string };
  dependsOn?: string[];
  idempotencyKey?: string;
  cancelRequested?: boolean;
  /**
   * only from GetJob
   */
  executions?: _muster_jobs_v1_Execution__Output[];
  /**
   * 0..1, the last one reported
   */
  progress?: number;
  progressNote?: string;
  startTimeout?: _google_protobuf_Duration__Output;
  progressTimeout?: _google_protobuf_Duration__Output;
  /**
   * why the running attempt was asked to stop: cancelled, execution_timeout, progress_timeout
   */
  stopReason?: string;
  /**
   * when it is taken from its worker, unless it ends before
   */
  stopBy?: _google_protobuf_Timestamp__Output;
  concurrencyKey?: string;
  /**
   * 0: the queue's key limit, or 1
   */
  concurrencyLimit?: number;
  /**
   * only from GetJob, only while ready: the limits that hold it back now
   */
  heldBy?: _muster_jobs_v1_LimitHold__Output[];
  /**
   * of a dead letter: what its error has in common with others
   */
  fingerprint?: string;
  /**
   * of a dead letter that was taken off the list
   */
  discardedAt?: _google_protobuf_Timestamp__Output;
  /**
   * only from GetJob: workers lost with it in this generation, in that order
   */
  lostWorkers?: string[];
  /**
   * only from GetJob: the last one that an attempt stored
   */
  checkpoint?: _muster_common_v1_Payload__Output;
  checkpointAt?: _google_protobuf_Timestamp__Output;
  errorRules?: _muster_jobs_v1_ErrorRule__Output[];
}
