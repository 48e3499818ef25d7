// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  Duration as _google_protobuf_Duration,
  Duration__Output as _google_protobuf_Duration__Output,
} from "../../../google/protobuf/Duration.js";
import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";
import type { Long } from "@grpc/proto-loader";

/**
 * Sent after the lease extension was committed.
 */
export interface HeartbeatAck {
  pingId?: number | string | Long;
  /**
   * counted by the worker from the moment it sent the heartbeat
   */
  leaseTtl?: _google_protobuf_Duration | null;
  serverTime?: _google_protobuf_Timestamp | null;
  /**
   * When the next heartbeat is wanted, from this message on; at most an interval after the last. Servers wake once for
   * those of many workers. A worker may ignore it and keep to the interval, and does without it.
   */
  nextIn?: _google_protobuf_Duration | null;
}

/**
 * Sent after the lease extension was committed.
 */
export interface HeartbeatAck__Output {
  pingId?: number;
  /**
   * counted by the worker from the moment it sent the heartbeat
   */
  leaseTtl?: _google_protobuf_Duration__Output;
  serverTime?: _google_protobuf_Timestamp__Output;
  /**
   * When the next heartbeat is wanted, from this message on; at most an interval after the last. Servers wake once for
   * those of many workers. A worker may ignore it and keep to the interval, and does without it.
   */
  nextIn?: _google_protobuf_Duration__Output;
}
