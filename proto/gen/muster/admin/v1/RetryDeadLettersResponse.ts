// Original file: proto/muster/admin/v1/dead_letters.proto

export interface RetryDeadLettersResponse {
  /**
   * a new generation under the same id
   */
  retried?: number;
  /**
   * dependents that their end had ended, which wait for them again
   */
  revived?: number;
  /**
   * left dead: a parent failed that was not retried
   */
  refused?: number;
  /**
   * empty: that was all
   */
  nextPageToken?: string;
}

export interface RetryDeadLettersResponse__Output {
  /**
   * a new generation under the same id
   */
  retried?: number;
  /**
   * dependents that their end had ended, which wait for them again
   */
  revived?: number;
  /**
   * left dead: a parent failed that was not retried
   */
  refused?: number;
  /**
   * empty: that was all
   */
  nextPageToken?: string;
}
