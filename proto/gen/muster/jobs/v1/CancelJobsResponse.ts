// Original file: proto/muster/jobs/v1/cancel.proto

export interface CancelJobsResponse {
  /**
   * jobs of this page that the filter named
   */
  matched?: number;
  /**
   * ended by this call, dependents that do not match included; 0 in a dry run
   */
  cancelled?: number;
  /**
   * running; their workers have been told; 0 in a dry run
   */
  requested?: number;
  /**
   * only in a dry run: the jobs of this page, newest first
   */
  jobIds?: string[];
  /**
   * empty: that was all; a page may be short, even empty, and have a next one
   */
  nextPageToken?: string;
}

export interface CancelJobsResponse__Output {
  /**
   * jobs of this page that the filter named
   */
  matched?: number;
  /**
   * ended by this call, dependents that do not match included; 0 in a dry run
   */
  cancelled?: number;
  /**
   * running; their workers have been told; 0 in a dry run
   */
  requested?: number;
  /**
   * only in a dry run: the jobs of this page, newest first
   */
  jobIds?: string[];
  /**
   * empty: that was all; a page may be short, even empty, and have a next one
   */
  nextPageToken?: string;
}
