// Original file: proto/muster/worker/v1/worker_service.proto

export interface Subscription {
  queue?: string;
  /**
   * empty: every type of the queue
   */
  jobTypes?: string[];
  /**
   * 0: bounded by the window alone
   */
  maxInFlight?: number;
}

export interface Subscription__Output {
  queue?: string;
  /**
   * empty: every type of the queue
   */
  jobTypes?: string[];
  /**
   * 0: bounded by the window alone
   */
  maxInFlight?: number;
}
