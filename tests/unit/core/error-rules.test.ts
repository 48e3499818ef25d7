/** Rules of a job for single types of errors: how they are checked, kept, compared and applied. */
import { expect } from "chai";
import { canonicalJob } from "../../../server/core/canonical-job.js";
import { MusterError } from "../../../server/core/errors.js";
import type { ErrorRule, NewJob } from "../../../server/core/job.js";
import type { ErrorRuleInput, JobInput } from "../../../server/core/operations.js";
import { decideFailure, type Failure } from "../../../server/core/retry.js";
import { validateSubmission } from "../../../server/core/submission.js";
import { SUBMISSION_LIMITS } from "../../../server/core/submission-limits.js";

const FIXED = { kind: "fixed", baseMs: 250, capMs: 250, jitter: 0 } as const;
const SLOW = { kind: "fixed", baseMs: 60_000, capMs: 60_000, jitter: 0 } as const;

function failing(rule: Partial<ErrorRule>, over: Partial<Failure> = {}): Failure {
  const rules = [{ errorType: "Busy", nonRetryable: false, maxAttempts: null, backoff: null, ...rule }];
  return {
    attempt: 1,
    maxAttempts: 3,
    backoff: { ...FIXED, rules },
    errorType: "Busy",
    nonRetryable: false,
    retryAfterMs: null,
    cancelRequested: false,
    ...over,
  };
}

describe("a rule for a type of error", () => {
  it("ends the job at once, or after fewer attempts", () => {
    const useless = decideFailure(failing({ nonRetryable: true }), 0);
    expect(useless).to.deep.equal({ event: "exhausted", reason: "non_retryable" });
    const twice = { maxAttempts: 2 };
    expect(decideFailure(failing(twice), 0)).to.include({ event: "retried" });
    expect(decideFailure(failing(twice, { attempt: 2 }), 0)).to.deep.equal({
      event: "exhausted",
      reason: "exhausted",
    });
  });

  it("has a backoff of its own, unless the worker names a delay", () => {
    expect(decideFailure(failing({ backoff: SLOW }), 0)).to.include({ delayMs: 60_000 });
    expect(decideFailure(failing({ maxAttempts: 2 }), 0)).to.include({ delayMs: 250 });
    expect(decideFailure(failing({ backoff: SLOW }, { retryAfterMs: 5 }), 0)).to.include({ delayMs: 5 });
  });

  it("says nothing of other types, spelt otherwise included, and never allows more attempts than the job", () => {
    for (const errorType of ["busy", "Busy ", "", "TIMEOUT"]) {
      expect(decideFailure(failing({ nonRetryable: true }, { errorType }), 0)).to.include({ delayMs: 250 });
    }
    const lax = failing({ maxAttempts: 9 }, { attempt: 3 });
    expect(decideFailure(lax, 0)).to.include({ event: "exhausted" });
    expect(decideFailure(failing({ backoff: SLOW }, { cancelRequested: true }), 0)).to.include({
      event: "cancel",
    });
  });
});

function validated(job: Partial<JobInput>): NewJob {
  const input = { namespace: "default", jobs: [{ type: "t", ...job }], graph: null };
  const [first] = validateSubmission(input, 0, SUBMISSION_LIMITS).jobs;
  if (first === undefined) throw new Error("no job");
  return first;
}

function refusedFields(errorRules: readonly ErrorRuleInput[], job: Partial<JobInput> = {}): unknown {
  try {
    validated({ ...job, errorRules });
  } catch (error) {
    if (error instanceof MusterError) return error.details.violations?.map(({ field }) => field);
    throw error;
  }
  return [];
}

describe("the rules of a submitted job", () => {
  it("are kept with its backoff, defaults filled in", () => {
    const errorRules = [
      { errorType: "Busy", backoff: { kind: "fixed", baseMs: 60_000, capMs: 60_000, jitter: 0 } },
      { errorType: "Bad", nonRetryable: true },
    ] as const;
    const { backoff } = validated({ errorRules });
    expect(backoff).to.include({ kind: "exponential", baseMs: 1000, jitter: 1 });
    expect(backoff?.rules).to.deep.equal([
      { errorType: "Busy", nonRetryable: false, maxAttempts: null, backoff: SLOW },
      { errorType: "Bad", nonRetryable: true, maxAttempts: null, backoff: null },
    ]);
    expect(validated({ errorRules: [] }).backoff).to.equal(null);
  });

  it("are refused by field", () => {
    const rule = { errorType: "Busy", nonRetryable: true };
    expect(refusedFields([rule, rule])).to.deep.equal(["jobs[0].error_rules[1].error_type"]);
    expect(refusedFields([{ errorType: "", nonRetryable: true }])).to.deep.equal([
      "jobs[0].error_rules[0].error_type",
    ]);
    expect(refusedFields([{ errorType: "x".repeat(201), nonRetryable: true }])).to.have.length(1);
    expect(refusedFields([{ errorType: "Busy" }])).to.deep.equal(["jobs[0].error_rules[0]"]);
    expect(refusedFields([{ errorType: "Busy", maxAttempts: 4 }])).to.deep.equal([
      "jobs[0].error_rules[0].max_attempts",
    ]);
    expect(refusedFields([{ errorType: "Busy", maxAttempts: 4 }], { maxAttempts: 4 })).to.deep.equal([]);
    expect(refusedFields([{ errorType: "Busy", backoff: { baseMs: -1 } }])).to.deep.equal([
      "jobs[0].error_rules[0].backoff.base",
    ]);
    const many = Array.from({ length: 33 }, (_, n) => ({ errorType: `E${n}`, nonRetryable: true }));
    expect(refusedFields(many)).to.deep.equal(["jobs[0].error_rules"]);
    expect(refusedFields(many.slice(1))).to.deep.equal([]);
  });

  it("make another job of it under its idempotency key", () => {
    const form = (job: NewJob): string => [...canonicalJob(job, [])].join("");
    const plain = validated({ backoff: FIXED });
    const ruled = validated({ backoff: FIXED, errorRules: [{ errorType: "Busy", nonRetryable: true }] });
    const other = validated({ backoff: FIXED, errorRules: [{ errorType: "Busy", maxAttempts: 1 }] });
    expect(new Set([plain, ruled, other].map(form)).size).to.equal(3);
  });
});
