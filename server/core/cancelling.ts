/**
 * Cancelling many jobs at once: which ones a filter can mean, and what one bounded page of it did. Pure words; the
 * coordinator carries them out, the rpc layer has refused filters that name nothing.
 */
import { isTerminal, JOB_STATES, type JobState } from "./job.js";

/** What can still be cancelled. */
export const OPEN_STATES: readonly JobState[] = JOB_STATES.filter((state) => !isTerminal(state));

export interface CancelPageQuery {
  readonly reason: string;
  /** 0: taken from their workers at once. */
  readonly graceMs: number;
  /** 1..1000 */
  readonly pageSize: number;
  readonly pageToken: string | null;
  /** Changes nothing. */
  readonly isDryRun: boolean;
}

export interface CancelledPage {
  /** Jobs of this page that the filter named. */
  readonly matched: number;
  /** Ended by this call, with dependents that do not match themselves. */
  readonly cancelled: number;
  /** Running; their workers have been told. */
  readonly requested: number;
  /** Only of a dry run: those of this page, newest first. */
  readonly jobPublicIds: readonly string[];
  /** Where to go on; null when that was the end. */
  readonly nextPageToken: string | null;
}
