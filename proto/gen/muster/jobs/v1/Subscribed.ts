// Original file: proto/muster/jobs/v1/jobs_service.proto

export interface Subscribed {
  queue?: string;
  /**
   * empty: every type
   */
  jobTypes?: string[];
  sessions?: number;
}

export interface Subscribed__Output {
  queue?: string;
  /**
   * empty: every type
   */
  jobTypes?: string[];
  sessions?: number;
}
