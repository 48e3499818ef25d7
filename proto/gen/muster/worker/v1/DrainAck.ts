// Original file: proto/muster/worker/v1/worker_service.proto

import type { Long } from "@grpc/proto-loader";

/**
 * No assignment comes after this one. The worker half-closes when its results are acknowledged.
 */
export interface DrainAck {
  lastAssignmentSeq?: number | string | Long;
}

/**
 * No assignment comes after this one. The worker half-closes when its results are acknowledged.
 */
export interface DrainAck__Output {
  lastAssignmentSeq?: number;
}
