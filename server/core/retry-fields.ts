/**
 * Checks what a submitted job says about its retries: its backoff, and the rules for single types of errors. Called by
 * job-fields.ts only.
 */
import { duration, whole, type Bounds } from "./field-checks.js";
import type { BackoffPolicy, ErrorRule } from "./job.js";
import type { BackoffInput, ErrorRuleInput, JobInput } from "./operations.js";
import { DEFAULT_BACKOFF } from "./retry.js";
import { expectStorable } from "./storable-text.js";
import { BACKOFF_MS_MAX, MAX_ATTEMPTS_DEFAULT } from "./submission-limits.js";
import { shown } from "./validate.js";
import type { Violations } from "./violations.js";

const BACKOFF_BOUNDS: Bounds = { min: 0, max: BACKOFF_MS_MAX };
const RULES_MAX = 32;
const ERROR_TYPE_BYTES_MAX = 200;

/** @returns what is kept with the job; null: the default, and no rules */
export function checkRetries(
  { backoff, errorRules = [], maxAttempts = MAX_ATTEMPTS_DEFAULT }: JobInput,
  path: string,
  violations: Violations,
): BackoffPolicy | null {
  const policy = checkBackoff(backoff, `${path}.backoff`, violations);
  if (errorRules.length === 0) return policy;
  if (errorRules.length > RULES_MAX) {
    const got = `${errorRules.length}`;
    violations.add("INVALID_JOB", `${path}.error_rules`, `at most ${RULES_MAX} rules`, got);
    return policy;
  }
  const seen = new Set<string>();
  const rules = errorRules.map((rule, at): ErrorRule => {
    const rulePath = `${path}.error_rules[${at}]`;
    if (seen.has(rule.errorType)) {
      violations.add("INVALID_JOB", `${rulePath}.error_type`, "each type once", shown(rule.errorType));
    }
    seen.add(rule.errorType);
    return checkRule(rule, { path: rulePath, maxAttempts }, violations);
  });
  return { ...(policy ?? DEFAULT_BACKOFF), rules };
}

/** A rule may be stricter than the job, never laxer: no job has more attempts than it was submitted with. */
function checkRule(
  { errorType, nonRetryable = false, maxAttempts, backoff }: ErrorRuleInput,
  job: { readonly path: string; readonly maxAttempts: number },
  violations: Violations,
): ErrorRule {
  const { path } = job;
  const expectedType = errorType === "" ? "a type of error" : expectStorable(errorType, ERROR_TYPE_BYTES_MAX);
  violations.check("INVALID_JOB", `${path}.error_type`, expectedType, errorType);
  if (!nonRetryable && maxAttempts === undefined && backoff === undefined)
    violations.add("INVALID_JOB", path, "non_retryable, max_attempts or backoff", "none of them");
  const bounds = { min: 1, max: Math.max(1, job.maxAttempts) };
  return {
    errorType,
    nonRetryable,
    maxAttempts:
      maxAttempts === undefined ? null : whole(maxAttempts, `${path}.max_attempts`, bounds, violations),
    backoff: checkBackoff(backoff, `${path}.backoff`, violations),
  };
}

/** A cap that is not given is raised to the base: whoever asks for an hour means an hour. */
function checkBackoff(
  input: BackoffInput | undefined,
  path: string,
  violations: Violations,
): BackoffPolicy | null {
  if (input === undefined) return null;
  const kind = input.kind ?? DEFAULT_BACKOFF.kind;
  if (kind !== "fixed" && kind !== "linear" && kind !== "exponential") {
    violations.add("INVALID_JOB", `${path}.kind`, "fixed, linear or exponential", shown(String(kind)));
  }
  const baseMs = duration(input.baseMs ?? DEFAULT_BACKOFF.baseMs, `${path}.base`, BACKOFF_BOUNDS, violations);
  const capMs =
    input.capMs === undefined
      ? Math.max(DEFAULT_BACKOFF.capMs, baseMs)
      : duration(input.capMs, `${path}.cap`, BACKOFF_BOUNDS, violations);
  if (input.capMs !== undefined && capMs < baseMs) {
    violations.add("INVALID_JOB", `${path}.cap`, `at least the base, ${baseMs} ms`, `${capMs} ms`);
  }
  const jitter = input.jitter ?? DEFAULT_BACKOFF.jitter;
  if (!(jitter >= 0 && jitter <= 1)) violations.add("INVALID_JOB", `${path}.jitter`, "0 to 1", `${jitter}`);
  return { kind, baseMs, capMs, jitter };
}
