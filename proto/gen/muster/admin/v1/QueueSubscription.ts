// Original file: proto/muster/admin/v1/admin_service.proto

export interface QueueSubscription {
  queue?: string;
  jobTypes?: string[];
  maxInFlight?: number;
}

export interface QueueSubscription__Output {
  queue?: string;
  jobTypes?: string[];
  maxInFlight?: number;
}
