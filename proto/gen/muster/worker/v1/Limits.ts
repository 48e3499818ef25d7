// Original file: proto/muster/worker/v1/worker_service.proto

export interface Limits {
  maxFrameBytes?: number;
  maxPayloadBytes?: number;
  maxResultBytes?: number;
  maxBatchItems?: number;
  maxInFlight?: number;
}

export interface Limits__Output {
  maxFrameBytes?: number;
  maxPayloadBytes?: number;
  maxResultBytes?: number;
  maxBatchItems?: number;
  maxInFlight?: number;
}
