// Original file: proto/muster/worker/v1/worker_service.proto

import type { Long } from "@grpc/proto-loader";

export interface WorkerLoad {
  /**
   * of one core
   */
  cpuFraction?: number | string;
  rssBytes?: number | string | Long;
  /**
   * how late the thread that runs the handlers is; a blocked loop is not a dead worker
   */
  loopLagMs?: number | string;
}

export interface WorkerLoad__Output {
  /**
   * of one core
   */
  cpuFraction?: number;
  rssBytes?: number;
  /**
   * how late the thread that runs the handlers is; a blocked loop is not a dead worker
   */
  loopLagMs?: number;
}
