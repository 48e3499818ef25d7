// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  Hello as _muster_worker_v1_Hello,
  Hello__Output as _muster_worker_v1_Hello__Output,
} from "../../../muster/worker/v1/Hello.js";
import type {
  Heartbeat as _muster_worker_v1_Heartbeat,
  Heartbeat__Output as _muster_worker_v1_Heartbeat__Output,
} from "../../../muster/worker/v1/Heartbeat.js";
import type {
  FlowUpdate as _muster_worker_v1_FlowUpdate,
  FlowUpdate__Output as _muster_worker_v1_FlowUpdate__Output,
} from "../../../muster/worker/v1/FlowUpdate.js";
import type {
  ProgressBatch as _muster_worker_v1_ProgressBatch,
  ProgressBatch__Output as _muster_worker_v1_ProgressBatch__Output,
} from "../../../muster/worker/v1/ProgressBatch.js";
import type {
  ResultBatch as _muster_worker_v1_ResultBatch,
  ResultBatch__Output as _muster_worker_v1_ResultBatch__Output,
} from "../../../muster/worker/v1/ResultBatch.js";
import type {
  ReleaseBatch as _muster_worker_v1_ReleaseBatch,
  ReleaseBatch__Output as _muster_worker_v1_ReleaseBatch__Output,
} from "../../../muster/worker/v1/ReleaseBatch.js";
import type {
  DrainRequest as _muster_worker_v1_DrainRequest,
  DrainRequest__Output as _muster_worker_v1_DrainRequest__Output,
} from "../../../muster/worker/v1/DrainRequest.js";
import type {
  AuthRefresh as _muster_worker_v1_AuthRefresh,
  AuthRefresh__Output as _muster_worker_v1_AuthRefresh__Output,
} from "../../../muster/worker/v1/AuthRefresh.js";
import type { Long } from "@grpc/proto-loader";

export interface ConnectRequest {
  /**
   * 1, 2, 3, ... per stream
   */
  seq?: number | string | Long;
  /**
   * highest server seq taken into memory
   */
  ackSeq?: number | string | Long;
  hello?: _muster_worker_v1_Hello | null;
  heartbeat?: _muster_worker_v1_Heartbeat | null;
  flowUpdate?: _muster_worker_v1_FlowUpdate | null;
  progressBatch?: _muster_worker_v1_ProgressBatch | null;
  resultBatch?: _muster_worker_v1_ResultBatch | null;
  releaseBatch?: _muster_worker_v1_ReleaseBatch | null;
  drainRequest?: _muster_worker_v1_DrainRequest | null;
  authRefresh?: _muster_worker_v1_AuthRefresh | null;
  message?:
    | "hello"
    | "heartbeat"
    | "flowUpdate"
    | "progressBatch"
    | "resultBatch"
    | "releaseBatch"
    | "drainRequest"
    | "authRefresh";
}

export interface ConnectRequest__Output {
  /**
   * 1, 2, 3, ... per stream
   */
  seq?: number;
  /**
   * highest server seq taken into memory
   */
  ackSeq?: number;
  hello?: _muster_worker_v1_Hello__Output;
  heartbeat?: _muster_worker_v1_Heartbeat__Output;
  flowUpdate?: _muster_worker_v1_FlowUpdate__Output;
  progressBatch?: _muster_worker_v1_ProgressBatch__Output;
  resultBatch?: _muster_worker_v1_ResultBatch__Output;
  releaseBatch?: _muster_worker_v1_ReleaseBatch__Output;
  drainRequest?: _muster_worker_v1_DrainRequest__Output;
  authRefresh?: _muster_worker_v1_AuthRefresh__Output;
  message?:
    | "hello"
    | "heartbeat"
    | "flowUpdate"
    | "progressBatch"
    | "resultBatch"
    | "releaseBatch"
    | "drainRequest"
    | "authRefresh";
}
