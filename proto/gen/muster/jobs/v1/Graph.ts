// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  GraphCounts as _muster_jobs_v1_GraphCounts,
  GraphCounts__Output as _muster_jobs_v1_GraphCounts__Output,
} from "../../../muster/jobs/v1/GraphCounts.js";
import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";
import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";

export interface Graph {
  graphId?: string;
  namespace?: string;
  name?: string;
  jobCount?: number;
  counts?: _muster_jobs_v1_GraphCounts | null;
  createdAt?: _google_protobuf_Timestamp | null;
  firstStartedAt?: _google_protobuf_Timestamp | null;
  /**
   * when all jobs are terminal
   */
  finishedAt?: _google_protobuf_Timestamp | null;
  /**
   * from created_at
   */
  timeout?: _google_protobuf_Duration | null;
}

export interface Graph__Output {
  graphId?: string;
  namespace?: string;
  name?: string;
  jobCount?: number;
  counts?: _muster_jobs_v1_GraphCounts__Output;
  createdAt?: _google_protobuf_Timestamp__Output;
  firstStartedAt?: _google_protobuf_Timestamp__Output;
  /**
   * when all jobs are terminal
   */
  finishedAt?: _google_protobuf_Timestamp__Output;
  /**
   * from created_at
   */
  timeout?: _google_protobuf_Duration__Output;
}
