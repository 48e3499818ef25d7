// Original file: proto/muster/admin/v1/dead_letters.proto

export interface DiscardDeadLettersResponse {
  discarded?: number;
  /**
   * empty: that was all
   */
  nextPageToken?: string;
}

export interface DiscardDeadLettersResponse__Output {
  discarded?: number;
  /**
   * empty: that was all
   */
  nextPageToken?: string;
}
