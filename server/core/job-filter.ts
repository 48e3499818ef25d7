/** Which jobs are meant, of a list as of a cancellation: all that is given must hold. */
import type { JobState } from "./job.js";

export interface JobFilter {
  readonly namespace: string;
  /** Empty: every state; of a cancellation, every one of jobs that have not ended. */
  readonly states: readonly JobState[];
  /** Null: any. */
  readonly queue: string | null;
  /** Null: any. */
  readonly type: string | null;
  /** Null: any, and those without one. */
  readonly graphPublicId: string | null;
  /** All must match. */
  readonly labels: Readonly<Record<string, string>>;
}
