// Original file: proto/muster/jobs/v1/jobs_service.proto

export interface ScheduleBlocker {
  /**
   * retry | run_at | release
   */
  why?: string;
  attempt?: number;
  maxAttempts?: number;
}

export interface ScheduleBlocker__Output {
  /**
   * retry | run_at | release
   */
  why?: string;
  attempt?: number;
  maxAttempts?: number;
}
