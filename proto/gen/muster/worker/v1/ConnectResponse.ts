// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  Welcome as _muster_worker_v1_Welcome,
  Welcome__Output as _muster_worker_v1_Welcome__Output,
} from "../../../muster/worker/v1/Welcome.js";
import type {
  ReconcileBatch as _muster_worker_v1_ReconcileBatch,
  ReconcileBatch__Output as _muster_worker_v1_ReconcileBatch__Output,
} from "../../../muster/worker/v1/ReconcileBatch.js";
import type {
  HeartbeatAck as _muster_worker_v1_HeartbeatAck,
  HeartbeatAck__Output as _muster_worker_v1_HeartbeatAck__Output,
} from "../../../muster/worker/v1/HeartbeatAck.js";
import type {
  AssignmentBatch as _muster_worker_v1_AssignmentBatch,
  AssignmentBatch__Output as _muster_worker_v1_AssignmentBatch__Output,
} from "../../../muster/worker/v1/AssignmentBatch.js";
import type {
  ResultAckBatch as _muster_worker_v1_ResultAckBatch,
  ResultAckBatch__Output as _muster_worker_v1_ResultAckBatch__Output,
} from "../../../muster/worker/v1/ResultAckBatch.js";
import type {
  CancelBatch as _muster_worker_v1_CancelBatch,
  CancelBatch__Output as _muster_worker_v1_CancelBatch__Output,
} from "../../../muster/worker/v1/CancelBatch.js";
import type {
  RevokeBatch as _muster_worker_v1_RevokeBatch,
  RevokeBatch__Output as _muster_worker_v1_RevokeBatch__Output,
} from "../../../muster/worker/v1/RevokeBatch.js";
import type {
  ServerDrain as _muster_worker_v1_ServerDrain,
  ServerDrain__Output as _muster_worker_v1_ServerDrain__Output,
} from "../../../muster/worker/v1/ServerDrain.js";
import type {
  DrainAck as _muster_worker_v1_DrainAck,
  DrainAck__Output as _muster_worker_v1_DrainAck__Output,
} from "../../../muster/worker/v1/DrainAck.js";
import type {
  AuthRefreshAck as _muster_worker_v1_AuthRefreshAck,
  AuthRefreshAck__Output as _muster_worker_v1_AuthRefreshAck__Output,
} from "../../../muster/worker/v1/AuthRefreshAck.js";
import type {
  Notice as _muster_worker_v1_Notice,
  Notice__Output as _muster_worker_v1_Notice__Output,
} from "../../../muster/worker/v1/Notice.js";
import type {
  ReleaseAckBatch as _muster_worker_v1_ReleaseAckBatch,
  ReleaseAckBatch__Output as _muster_worker_v1_ReleaseAckBatch__Output,
} from "../../../muster/worker/v1/ReleaseAckBatch.js";
import type { Long } from "@grpc/proto-loader";

export interface ConnectResponse {
  seq?: number | string | Long;
  /**
   * highest worker seq taken into memory
   */
  ackSeq?: number | string | Long;
  welcome?: _muster_worker_v1_Welcome | null;
  reconcileBatch?: _muster_worker_v1_ReconcileBatch | null;
  heartbeatAck?: _muster_worker_v1_HeartbeatAck | null;
  assignmentBatch?: _muster_worker_v1_AssignmentBatch | null;
  resultAckBatch?: _muster_worker_v1_ResultAckBatch | null;
  cancelBatch?: _muster_worker_v1_CancelBatch | null;
  revokeBatch?: _muster_worker_v1_RevokeBatch | null;
  serverDrain?: _muster_worker_v1_ServerDrain | null;
  drainAck?: _muster_worker_v1_DrainAck | null;
  authRefreshAck?: _muster_worker_v1_AuthRefreshAck | null;
  notice?: _muster_worker_v1_Notice | null;
  releaseAckBatch?: _muster_worker_v1_ReleaseAckBatch | null;
  message?:
    | "welcome"
    | "reconcileBatch"
    | "heartbeatAck"
    | "assignmentBatch"
    | "resultAckBatch"
    | "cancelBatch"
    | "revokeBatch"
    | "serverDrain"
    | "drainAck"
    | "authRefreshAck"
    | "notice"
    | "releaseAckBatch";
}

export interface ConnectResponse__Output {
  seq?: number;
  /**
   * highest worker seq taken into memory
   */
  ackSeq?: number;
  welcome?: _muster_worker_v1_Welcome__Output;
  reconcileBatch?: _muster_worker_v1_ReconcileBatch__Output;
  heartbeatAck?: _muster_worker_v1_HeartbeatAck__Output;
  assignmentBatch?: _muster_worker_v1_AssignmentBatch__Output;
  resultAckBatch?: _muster_worker_v1_ResultAckBatch__Output;
  cancelBatch?: _muster_worker_v1_CancelBatch__Output;
  revokeBatch?: _muster_worker_v1_RevokeBatch__Output;
  serverDrain?: _muster_worker_v1_ServerDrain__Output;
  drainAck?: _muster_worker_v1_DrainAck__Output;
  authRefreshAck?: _muster_worker_v1_AuthRefreshAck__Output;
  notice?: _muster_worker_v1_Notice__Output;
  releaseAckBatch?: _muster_worker_v1_ReleaseAckBatch__Output;
  message?:
    | "welcome"
    | "reconcileBatch"
    | "heartbeatAck"
    | "assignmentBatch"
    | "resultAckBatch"
    | "cancelBatch"
    | "revokeBatch"
    | "serverDrain"
    | "drainAck"
    | "authRefreshAck"
    | "notice"
    | "releaseAckBatch";
}
