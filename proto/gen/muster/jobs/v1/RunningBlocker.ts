// Original file: proto/muster/jobs/v1/jobs_service.proto

import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";

export interface RunningBlocker {
  workerId?: string;
  attempt?: number;
  progress?: number | string;
  progressNote?: string;
  leaseExpiresAt?: _google_protobuf_Timestamp | null;
  cancelRequested?: boolean;
}

export interface RunningBlocker__Output {
  workerId?: string;
  attempt?: number;
  progress?: number;
  progressNote?: string;
  leaseExpiresAt?: _google_protobuf_Timestamp__Output;
  cancelRequested?: boolean;
}
