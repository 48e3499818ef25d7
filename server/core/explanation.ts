/**
 * The answer to "why is this job not running": blockers in the order in which they have to go. The words of `reason`
 * are stable; docs/runbooks/explain.md lists them, a test compares the two. Summaries and resolutions are for people
 * and may change.
 */
import type { Subscribed } from "./explain-facts.js";
import type { JobState } from "./job.js";
import type { LimitHold } from "./limits.js";

/** In the order in which they are told. */
export const BLOCKER_REASONS = {
  ended: "it has ended; nothing will run it unless somebody retries it",
  running: "it runs now",
  parent: "a parent has not settled; the chain leads to the job at its root",
  scheduled: "it waits for a time: a retry, `run_at`, or a release with a delay",
  queue_paused: "its queue is paused",
  no_subscriber: "no connected worker takes its type from its queue",
  limit: "a limit of its queue, or of its concurrency key, holds it",
  slots_busy: "every slot of the workers that take it is busy, or others are ahead of it for the free ones",
  ready_queue_away: "Redis is away: jobs are read from Postgres at a bounded rate",
  store_slow: "Postgres answers slowly, so assignments take long",
  dispatch_due: "nothing holds it: it is about to be assigned",
} as const;
export type BlockerReason = keyof typeof BLOCKER_REASONS;

/** One job on the way from a parent to what holds the whole chain. */
export interface ChainStep {
  readonly publicId: string;
  readonly key: string | null;
  readonly type: string;
  readonly queue: string;
  readonly state: JobState;
  readonly workerId: string | null;
  /** What holds it first. */
  readonly reason: BlockerReason;
  readonly since: Date | null;
  readonly summary: string;
}

export type BlockerDetail =
  | {
      readonly kind: "parent";
      /** The parent first, the root cause last. */
      readonly chain: readonly ChainStep[];
      /** Steps in the middle that are not told. */
      readonly leftOut: number;
      /** The chain goes on above what was read. */
      readonly isCut: boolean;
      /** Parents that have not settled, this one included. */
      readonly pendingParents: number;
    }
  | {
      readonly kind: "schedule";
      /** retry, run_at or release. */
      readonly why: "retry" | "run_at" | "release";
      readonly attempt: number;
      readonly maxAttempts: number;
    }
  | {
      readonly kind: "subscribers";
      readonly suspect: number;
      readonly draining: number;
      readonly subscribed: readonly Subscribed[];
    }
  | {
      readonly kind: "slots";
      readonly workers: number;
      readonly slots: number;
      readonly busy: number;
      /** From 1. */
      readonly position: number;
      readonly isPositionExact: boolean;
      readonly estimate: WaitEstimate | null;
    }
  | { readonly kind: "limit"; readonly hold: LimitHold }
  | {
      readonly kind: "running";
      readonly workerId: string;
      readonly attempt: number;
      readonly progress: number;
      readonly progressNote: string;
      readonly leaseExpiresAt: Date | null;
      readonly cancelRequested: boolean;
    }
  | {
      readonly kind: "ended";
      readonly state: JobState;
      readonly stateReason: string;
      readonly errorType: string;
      readonly errorMessage: string;
      /** The parents that ended it: its own first, the first to fail last. */
      readonly chain: readonly ChainStep[];
      /** Steps in the middle that are not told. */
      readonly leftOut: number;
    };

/** When a job that waits for a slot may begin. */
export interface WaitEstimate {
  readonly typicalMs: number;
  readonly lateMs: number;
  readonly medianMs: number;
  readonly p90Ms: number;
  readonly samples: number;
  /** How it was computed, in words. */
  readonly basis: string;
}

export interface Blocker {
  readonly reason: BlockerReason;
  /** Since when it holds; null when that is not recorded. */
  readonly since: Date | null;
  /** When it goes by itself, where a time is known. */
  readonly until: Date | null;
  readonly summary: string;
  readonly resolution: string;
  readonly detail: BlockerDetail | null;
}

export interface Explanation {
  readonly publicId: string;
  readonly namespace: string;
  readonly queue: string;
  readonly type: string;
  readonly key: string | null;
  readonly state: JobState;
  /** The database's clock. */
  readonly at: Date;
  /** Never empty; the first has to go first. */
  readonly blockers: readonly Blocker[];
  /** Open parents that are not among the blockers, since only the worst are told. */
  readonly moreParents: number;
}
