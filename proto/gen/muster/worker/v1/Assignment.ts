// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  JobRef as _muster_worker_v1_JobRef,
  JobRef__Output as _muster_worker_v1_JobRef__Output,
} from "../../../muster/worker/v1/JobRef.js";
import type {
  Payload as _muster_common_v1_Payload,
  Payload__Output as _muster_common_v1_Payload__Output,
} from "../../../muster/common/v1/Payload.js";
import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";
import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";
import type {
  ParentOutput as _muster_worker_v1_ParentOutput,
  ParentOutput__Output as _muster_worker_v1_ParentOutput__Output,
} from "../../../muster/worker/v1/ParentOutput.js";

export interface Assignment {
  ref?: _muster_worker_v1_JobRef | null;
  queue?: string;
  jobType?: string;
  payload?: _muster_common_v1_Payload | null;
  headers?: { [key: string]: string };
  /**
   * from STARTED; absent: none
   */
  executionTimeout?: _google_protobuf_Duration | null;
  /**
   * when it first became ready
   */
  enqueuedAt?: _google_protobuf_Timestamp | null;
  graphId?: string;
  parents?: _muster_worker_v1_ParentOutput[];
  traceparent?: string;
  tracestate?: string;
  /**
   * effective priority at the time of assignment
   */
  priority?: number;
  maxAttempts?: number;
  /**
   * the last one an earlier attempt stored
   */
  checkpoint?: _muster_common_v1_Payload | null;
  /**
   * outputs over the frame limit are left out; ask JobsService.GetJob for them
   */
  parentsTruncated?: boolean;
  /**
   * report STARTED before it is over; absent: none
   */
  startTimeout?: _google_protobuf_Duration | null;
  /**
   * report progress more often than this; absent: none
   */
  progressTimeout?: _google_protobuf_Duration | null;
  /**
   * Where it waits for a slot: jobs of its priority that came up to so much later start first. Absent: none do.
   */
  slack?: _google_protobuf_Duration | null;
}

export interface Assignment__Output {
  ref?: _muster_worker_v1_JobRef__Output;
  queue?: string;
  jobType?: string;
  payload?: _muster_common_v1_Payload__Output;
  headers?: { [key: string]: string };
  /**
   * from STARTED; absent: none
   */
  executionTimeout?: _google_protobuf_Duration__Output;
  /**
   * when it first became ready
   */
  enqueuedAt?: _google_protobuf_Timestamp__Output;
  graphId?: string;
  parents?: _muster_worker_v1_ParentOutput__Output[];
  traceparent?: string;
  tracestate?: string;
  /**
   * effective priority at the time of assignment
   */
  priority?: number;
  maxAttempts?: number;
  /**
   * the last one an earlier attempt stored
   */
  checkpoint?: _muster_common_v1_Payload__Output;
  /**
   * outputs over the frame limit are left out; ask JobsService.GetJob for them
   */
  parentsTruncated?: boolean;
  /**
   * report STARTED before it is over; absent: none
   */
  startTimeout?: _google_protobuf_Duration__Output;
  /**
   * report progress more often than this; absent: none
   */
  progressTimeout?: _google_protobuf_Duration__Output;
  /**
   * Where it waits for a slot: jobs of its priority that came up to so much later start first. Absent: none do.
   */
  slack?: _google_protobuf_Duration__Output;
}
