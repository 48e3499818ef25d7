// Original file: proto/muster/worker/v1/worker_service.proto

import type {
  Timestamp as _google_protobuf_Timestamp,
  Timestamp__Output as _google_protobuf_Timestamp__Output,
} from "../../../google/protobuf/Timestamp.js";
import type {
  WorkerLoad as _muster_worker_v1_WorkerLoad,
  WorkerLoad__Output as _muster_worker_v1_WorkerLoad__Output,
} from "../../../muster/worker/v1/WorkerLoad.js";
import type { Long } from "@grpc/proto-loader";

export interface Heartbeat {
  pingId?: number | string | Long;
  /**
   * for display only
   */
  clientTime?: _google_protobuf_Timestamp | null;
  running?: number;
  buffered?: number;
  load?: _muster_worker_v1_WorkerLoad | null;
}

export interface Heartbeat__Output {
  pingId?: number;
  /**
   * for display only
   */
  clientTime?: _google_protobuf_Timestamp__Output;
  running?: number;
  buffered?: number;
  load?: _muster_worker_v1_WorkerLoad__Output;
}
