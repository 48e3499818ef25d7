// Original file: proto/muster/admin/v1/admin_service.proto

import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";
import type {
  QueueLimits as _muster_admin_v1_QueueLimits,
  QueueLimits__Output as _muster_admin_v1_QueueLimits__Output,
} from "../../../muster/admin/v1/QueueLimits.js";
import type { Long } from "@grpc/proto-loader";

export interface Queue {
  namespace?: string;
  name?: string;
  paused?: boolean;
  readyHigh?: number | string | Long;
  readyMedium?: number | string | Long;
  readyLow?: number | string | Long;
  scheduled?: number | string | Long;
  blocked?: number | string | Long;
  running?: number | string | Long;
  /**
   * connected sessions that subscribe to it
   */
  workers?: number;
  oldestReadyAt?: _google_protobuf_Timestamp | null;
  /**
   * absent: none
   */
  limits?: _muster_admin_v1_QueueLimits | null;
}

export interface Queue__Output {
  namespace?: string;
  name?: string;
  paused?: boolean;
  readyHigh?: number;
  readyMedium?: number;
  readyLow?: number;
  scheduled?: number;
  blocked?: number;
  running?: number;
  /**
   * connected sessions that subscribe to it
   */
  workers?: number;
  oldestReadyAt?: _google_protobuf_Timestamp__Output;
  /**
   * absent: none
   */
  limits?: _muster_admin_v1_QueueLimits__Output;
}
