// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";
import type {
  Limits as _muster_worker_v1_Limits,
  Limits__Output as _muster_worker_v1_Limits__Output,
} from "../../../muster/worker/v1/Limits.js";
import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";
import type { Long } from "@grpc/proto-loader";

export interface Welcome {
  protocol?: number;
  /**
   * the intersection
   */
  features?: string[];
  workerId?: string;
  sessionId?: string;
  /**
   * one more at every Hello of this worker
   */
  sessionEpoch?: number | string | Long;
  resumeToken?: Buffer | Uint8Array | string;
  heartbeatInterval?: _google_protobuf_Duration | null;
  leaseTtl?: _google_protobuf_Duration | null;
  /**
   * after a lost stream, how long the jobs stay with the session
   */
  resumeGrace?: _google_protobuf_Duration | null;
  maxSessionAge?: _google_protobuf_Duration | null;
  limits?: _muster_worker_v1_Limits | null;
  serverId?: string;
  serverTime?: _google_protobuf_Timestamp | null;
  resumed?: boolean;
}

export interface Welcome__Output {
  protocol?: number;
  /**
   * the intersection
   */
  features?: string[];
  workerId?: string;
  sessionId?: string;
  /**
   * one more at every Hello of this worker
   */
  sessionEpoch?: number;
  resumeToken?: Buffer;
  heartbeatInterval?: _google_protobuf_Duration__Output;
  leaseTtl?: _google_protobuf_Duration__Output;
  /**
   * after a lost stream, how long the jobs stay with the session
   */
  resumeGrace?: _google_protobuf_Duration__Output;
  maxSessionAge?: _google_protobuf_Duration__Output;
  limits?: _muster_worker_v1_Limits__Output;
  serverId?: string;
  serverTime?: _google_protobuf_Timestamp__Output;
  resumed?: boolean;
}
