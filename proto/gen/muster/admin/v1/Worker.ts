// Original file: proto/muster/admin/v1/admin_service.proto

import type {
  WorkerState as _muster_admin_v1_WorkerState,
  WorkerState__Output as _muster_admin_v1_WorkerState__Output,
} from "../../../muster/admin/v1/WorkerState.js";
import type {
  QueueSubscription as _muster_admin_v1_QueueSubscription,
  QueueSubscription__Output as _muster_admin_v1_QueueSubscription__Output,
} from "../../../muster/admin/v1/QueueSubscription.js";
import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";
import type { Long } from "@grpc/proto-loader";

export interface Worker {
  namespace?: string;
  workerId?: string;
  workerName?: string;
  state?: _muster_admin_v1_WorkerState;
  sessionId?: string;
  sessionEpoch?: number | string | Long;
  /**
   * the replica that holds its stream
   */
  serverId?: string;
  instanceId?: string;
  subscriptions?: _muster_admin_v1_QueueSubscription[];
  maxInFlight?: number;
  inFlight?: number;
  labels?: { [key: string]: string };
  sdk?: string;
  buildId?: string;
  registeredAt?: _google_protobuf_Timestamp | null;
  lastHeartbeatAt?: _google_protobuf_Timestamp | null;
  leaseExpiresAt?: _google_protobuf_Timestamp | null;
  cpuFraction?: number | string;
  rssBytes?: number | string | Long;
  loopLagMs?: number | string;
  endReason?: string;
}

export interface Worker__Output {
  namespace?: string;
  workerId?: string;
  workerName?: string;
  state?: _muster_admin_v1_WorkerState__Output;
  sessionId?: string;
  sessionEpoch?: number;
  /**
   * the replica that holds its stream
   */
  serverId?: string;
  instanceId?: string;
  subscriptions?: _muster_admin_v1_QueueSubscription__Output[];
  maxInFlight?: number;
  inFlight?: number;
  labels?: { [key: string]: string };
  sdk?: string;
  buildId?: string;
  registeredAt?: _google_protobuf_Timestamp__Output;
  lastHeartbeatAt?: _google_protobuf_Timestamp__Output;
  leaseExpiresAt?: _google_protobuf_Timestamp__Output;
  cpuFraction?: number;
  rssBytes?: number;
  loopLagMs?: number;
  endReason?: string;
}
