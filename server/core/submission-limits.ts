/**
 * How much one submission may hold. The defaults are the contract of jobs_service.proto; a deployment may lower
 * them. What is not here (priority, attempts, backoff) is fixed, because the schema and the words depend on it.
 */

const DAY_MS = 24 * 60 * 60 * 1000;

export interface SubmissionLimits {
  readonly jobsPerBatch: number;
  readonly jobsPerGraph: number;
  readonly dependenciesPerJob: number;
  readonly payloadBytes: number;
  readonly labels: number;
  /** Of each label's name, and of each label's value. */
  readonly labelBytes: number;
  readonly headers: number;
  /** Of each header's name, and of each header's value. */
  readonly headerBytes: number;
  /** Characters. */
  readonly idempotencyKeyLength: number;
  readonly uriBytes: number;
  /** Of every timeout; at most 24 days: longer does not fit a 32-bit timer or the column. */
  readonly timeoutMs: number;
  /** How far run_at may be from now, both ways. */
  readonly runAtDistanceMs: number;
}

export const SUBMISSION_LIMITS: SubmissionLimits = {
  jobsPerBatch: 10_000,
  jobsPerGraph: 50_000,
  dependenciesPerJob: 10_000,
  payloadBytes: 256 * 1024,
  labels: 64,
  labelBytes: 256,
  headers: 64,
  headerBytes: 1024,
  idempotencyKeyLength: 200,
  uriBytes: 2048,
  timeoutMs: 24 * DAY_MS,
  runAtDistanceMs: 3652 * DAY_MS,
};

export const MAX_ATTEMPTS_DEFAULT = 3;
export const MAX_ATTEMPTS_MAX = 100;
/** A worker that reconnects, or a server that is rolled, must not look like one without progress. */
export const PROGRESS_TIMEOUT_MS_MIN = 1_000;
export const BACKOFF_MS_MAX = 30 * DAY_MS;
