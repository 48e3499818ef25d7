/**
 * Dead letters: jobs that are dead and that nobody has retried yet. The words for them, and what a death is filed
 * under. Pure; the store writes a row with the death itself, so that list and groups need no look at all jobs.
 */
import { errorFingerprint } from "./error-fingerprint.js";
import type { JobError } from "./job.js";

/** What is kept of a message for lists; the job has all of it. */
const MESSAGE_LENGTH_MAX = 500;

/** What a death is filed under. */
export interface DeathCause {
  readonly errorType: string;
  readonly message: string;
  readonly fingerprint: string;
}

/**
 * Poison has no error of its own: what an earlier attempt said is not what took its workers down, so poisoned jobs are
 * filed by their type. Any other end without an error (a failed parent, a limit of time) is filed by its reason.
 */
export function deathCause(reason: string, error: JobError | null, jobType: string): DeathCause {
  const { errorType, message } = error ?? {
    errorType: reason,
    message: reason === "poison" ? `jobs of type ${jobType}` : "",
  };
  return {
    errorType,
    message: message.slice(0, MESSAGE_LENGTH_MAX),
    fingerprint: errorFingerprint(errorType, message),
  };
}

/** Which dead letters are meant. Null: any. All that are given must hold. */
export interface DeadLetterFilter {
  readonly namespace: string;
  /** Public ids, up to 1000. */
  readonly jobPublicIds: readonly string[] | null;
  readonly graphPublicId: string | null;
  readonly queue: string | null;
  readonly type: string | null;
  readonly fingerprint: string | null;
  readonly reason: string | null;
  readonly errorType: string | null;
  readonly diedAfterMs: number | null;
  readonly diedBeforeMs: number | null;
}

export interface DeadLetterView {
  readonly jobPublicId: string;
  readonly queue: string;
  readonly type: string;
  readonly graphPublicId: string | null;
  readonly generation: number;
  readonly attempts: number;
  /** Why it died: exhausted, non_retryable, poison, parent_failed, ... */
  readonly reason: string;
  readonly errorType: string;
  /** Up to 500 characters. */
  readonly message: string;
  readonly fingerprint: string;
  /** The workers that were lost with it in this generation, in that order. */
  readonly lostWorkers: readonly string[];
  readonly diedAt: Date;
  readonly discardedAt: Date | null;
}

export interface DeadLetterPage {
  readonly letters: readonly DeadLetterView[];
  readonly nextPageToken: string | null;
}

export interface DeadLetterGroup {
  readonly fingerprint: string;
  readonly errorType: string;
  /** Of the job that died last. */
  readonly message: string;
  readonly count: number;
  readonly firstDiedAt: Date;
  readonly lastDiedAt: Date;
  /** The job that died last. */
  readonly sampleJobPublicId: string;
  /** Up to 10 of the types of its jobs, in alphabetical order. */
  readonly types: readonly string[];
}

/** What one page of a bulk retry did. */
export interface RetriedPage {
  /** Dead letters that have a new generation. */
  readonly retried: number;
  /** Dependents that their end had ended and that wait for them again. */
  readonly revived: number;
  /** Left dead, because a parent that is not among them failed. */
  readonly refused: number;
  /** Where to go on; null when that was the end. */
  readonly nextPageToken: string | null;
}

export interface DiscardedPage {
  readonly discarded: number;
  readonly nextPageToken: string | null;
}

/** A filter whose names have been looked up, as the store takes it. */
export interface DeadLetterQuery extends Omit<DeadLetterFilter, "jobPublicIds" | "graphPublicId"> {
  readonly jobIds: readonly number[] | null;
  readonly graphId: number | null;
  /** Null: both those that are discarded and those that are not. */
  readonly isDiscarded: boolean | null;
}

export interface LetterPageQuery {
  readonly pageSize: number;
  readonly pageToken: string | null;
}

/** What operators may ask about dead letters and do with them. */
export interface DeadLetterOperations {
  listDeadLetters(
    filter: DeadLetterFilter,
    page: LetterPageQuery & { readonly isDiscarded: boolean },
  ): Promise<DeadLetterPage>;
  groupDeadLetters(filter: DeadLetterFilter, limit: number): Promise<readonly DeadLetterGroup[]>;
  /** One page; discarded ones only when they are named. */
  retryDeadLetters(filter: DeadLetterFilter, page: LetterPageQuery): Promise<RetriedPage>;
  discardDeadLetters(filter: DeadLetterFilter, page: LetterPageQuery): Promise<DiscardedPage>;
}
