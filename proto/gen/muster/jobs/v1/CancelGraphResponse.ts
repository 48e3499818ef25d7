// Original file: proto/muster/jobs/v1/cancel.proto

export interface CancelGraphResponse {
  cancelled?: number;
  /**
   * running; their workers have been told
   */
  requested?: number;
  alreadyTerminal?: number;
}

export interface CancelGraphResponse__Output {
  cancelled?: number;
  /**
   * running; their workers have been told
   */
  requested?: number;
  alreadyTerminal?: number;
}
