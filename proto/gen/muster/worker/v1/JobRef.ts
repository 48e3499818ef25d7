// Original file: proto/muster/worker/v1/worker_service.proto

import type { Long } from "@grpc/proto-loader";

export interface JobRef {
  jobId?: string;
  /**
   * what the user counts: 1, 2, 3, ...
   */
  attempt?: number;
  /**
   * the fencing token: one more at every assignment
   */
  leaseEpoch?: number | string | Long;
}

export interface JobRef__Output {
  jobId?: string;
  /**
   * what the user counts: 1, 2, 3, ...
   */
  attempt?: number;
  /**
   * the fencing token: one more at every assignment
   */
  leaseEpoch?: number;
}
