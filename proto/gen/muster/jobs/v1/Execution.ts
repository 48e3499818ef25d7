// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";
import type {
  JobError as _muster_jobs_v1_JobError,
  JobError__Output as _muster_jobs_v1_JobError__Output,
} from "../../../muster/jobs/v1/JobError.js";
import type { Long } from "@grpc/proto-loader";

export interface Execution {
  attempt?: number;
  leaseEpoch?: number | string | Long;
  workerId?: string;
  sessionId?: string;
  assignedAt?: _google_protobuf_Timestamp | null;
  startedAt?: _google_protobuf_Timestamp | null;
  endedAt?: _google_protobuf_Timestamp | null;
  /**
   * succeeded failed timed_out lost cancelled released no_progress not_started cancel_ignored; empty while it runs
   */
  outcome?: string;
  /**
   * what failed, or why it was released or taken from its worker
   */
  error?: _muster_jobs_v1_JobError | null;
}

export interface Execution__Output {
  attempt?: number;
  leaseEpoch?: number;
  workerId?: string;
  sessionId?: string;
  assignedAt?: _google_protobuf_Timestamp__Output;
  startedAt?: _google_protobuf_Timestamp__Output;
  endedAt?: _google_protobuf_Timestamp__Output;
  /**
   * succeeded failed timed_out lost cancelled released no_progress not_started cancel_ignored; empty while it runs
   */
  outcome?: string;
  /**
   * what failed, or why it was released or taken from its worker
   */
  error?: _muster_jobs_v1_JobError__Output;
}
