// Original file: proto/muster/jobs/v1/cancel.proto

import type {
  CancelFilter as _muster_jobs_v1_CancelFilter,
  CancelFilter__Output as _muster_jobs_v1_CancelFilter__Output,
} from "../../../muster/jobs/v1/CancelFilter.js";
import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";

export interface CancelJobsRequest {
  namespace?: string;
  filter?: _muster_jobs_v1_CancelFilter | null;
  reason?: string;
  grace?: _google_protobuf_Duration | null;
  /**
   * how many to cancel in this call, 1..1000, 0 means 100
   */
  pageSize?: number;
  pageToken?: string;
  /**
   * changes nothing and says which
   */
  dryRun?: boolean;
}

export interface CancelJobsRequest__Output {
  namespace?: string;
  filter?: _muster_jobs_v1_CancelFilter__Output;
  reason?: string;
  grace?: _google_protobuf_Duration__Output;
  /**
   * how many to cancel in this call, 1..1000, 0 means 100
   */
  pageSize?: number;
  pageToken?: string;
  /**
   * changes nothing and says which
   */
  dryRun?: boolean;
}
