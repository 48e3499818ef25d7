/**
 * A job as validation leaves one of which only the type was given, for tests that hand jobs to the parts behind it.
 * tests/unit/core/submission.test.ts holds that this is what validation makes.
 */
import type { NewJob } from "../../server/core/job.js";

export const NEW_JOB: NewJob = {
  key: null,
  type: "resize",
  queue: "default",
  payload: null,
  priority: 3,
  inheritPriority: true,
  maxAttempts: 3,
  backoff: null,
  executionTimeoutMs: null,
  startTimeoutMs: null,
  progressTimeoutMs: null,
  runAtMs: null,
  siblingParents: [],
  earlierParents: [],
  onParentFailure: "cancel",
  idempotencyKey: null,
  labels: null,
  headers: null,
};
