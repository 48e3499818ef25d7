/**
 * Checks the fields of one submitted job that can be judged without its siblings, and fills in the defaults.
 * Field names in violations are those of jobs_service.proto, since that is what the caller wrote. Dependencies are
 * not looked at here; submission.ts does that for all jobs together and calls this for each.
 */
import { checkIdempotencyKey, checkMap, duration, whole, type Bounds, type MapRule } from "./field-checks.js";
import { KEY_CONCURRENCY_MAX } from "./limits.js";
import { PARENT_FAILURE_POLICIES, type NewJob, type Payload } from "./job.js";
import type { JobInput } from "./operations.js";
import { PRIORITY_DEFAULT, PRIORITY_MAX, PRIORITY_MIN } from "./priority.js";
import { checkRetries } from "./retry-fields.js";
import { expectStorable } from "./storable-text.js";
import {
  MAX_ATTEMPTS_DEFAULT,
  MAX_ATTEMPTS_MAX,
  PROGRESS_TIMEOUT_MS_MIN,
  type SubmissionLimits,
} from "./submission-limits.js";
import { DEFAULT_QUEUE, expectKey, expectName, shown } from "./validate.js";
import type { Violations } from "./violations.js";

const PRIORITY_BOUNDS: Bounds = { min: PRIORITY_MIN, max: PRIORITY_MAX };
const ATTEMPTS_BOUNDS: Bounds = { min: 1, max: MAX_ATTEMPTS_MAX };
const CONCURRENCY_BOUNDS: Bounds = { min: 1, max: KEY_CONCURRENCY_MAX };

/** A job whose dependencies are not known yet; they are filled in, since copying a job costs more than checking it. */
export type JobFields = { -readonly [K in keyof NewJob]: NewJob[K] };

const NONE: readonly number[] = [];

export interface FieldContext {
  readonly limits: SubmissionLimits;
  readonly nowMs: number;
  /** Given to every job; a job's own label of the same name wins. */
  readonly graphLabels: Readonly<Record<string, string>> | null;
  readonly violations: Violations;
}

/** @param path where the job stands in the request, e.g. `jobs[3]` */
export function checkJobFields(input: JobInput, path: string, context: FieldContext): JobFields {
  const { limits, violations } = context;
  const queue = input.queue ?? DEFAULT_QUEUE;
  violations.check("INVALID_JOB", `${path}.type`, expectName(input.type), input.type);
  violations.check("INVALID_JOB", `${path}.queue`, expectName(queue), queue);
  if (input.key !== undefined) {
    violations.check("INVALID_JOB", `${path}.key`, expectKey(input.key), input.key);
  }
  const policy = input.onParentFailure ?? "cancel";
  if (!PARENT_FAILURE_POLICIES.includes(policy)) {
    violations.add("INVALID_JOB", `${path}.on_parent_failure`, "cancel, run or fail", shown(String(policy)));
  }
  checkIdempotencyKey(
    input.idempotencyKey ?? null,
    { code: "INVALID_JOB", path: `${path}.idempotency_key`, charactersMax: limits.idempotencyKeyLength },
    violations,
  );
  return {
    key: input.key ?? null,
    type: input.type,
    queue,
    payload: checkPayload(input.payload, path, context),
    priority: whole(input.priority ?? PRIORITY_DEFAULT, `${path}.priority`, PRIORITY_BOUNDS, violations),
    inheritPriority: input.inheritPriority ?? true,
    maxAttempts: whole(
      input.maxAttempts ?? MAX_ATTEMPTS_DEFAULT,
      `${path}.max_attempts`,
      ATTEMPTS_BOUNDS,
      violations,
    ),
    backoff: checkRetries(input, path, violations),
    ...checkTimeouts(input, path, context),
    runAtMs: checkRunAt(input.runAtMs, `${path}.run_at`, context),
    siblingParents: NONE,
    earlierParents: NONE,
    onParentFailure: policy,
    idempotencyKey: input.idempotencyKey ?? null,
    ...checkConcurrency(input, path, violations),
    labels: checkLabels(input.labels, `${path}.labels`, context),
    headers: checkMap(
      input.headers ?? null,
      {
        code: "INVALID_JOB",
        path: `${path}.headers`,
        countMax: limits.headers,
        bytesMax: limits.headerBytes,
      },
      violations,
    ),
  };
}

/** Null for those that are not given. The expected duration is only judged: it becomes a slack, see critical-path.ts. */
function checkTimeouts(
  input: JobInput,
  path: string,
  { limits, violations }: FieldContext,
): Pick<JobFields, "executionTimeoutMs" | "startTimeoutMs" | "progressTimeoutMs"> {
  const timeout = (valueMs: number | undefined, field: string, min: number): number | null =>
    valueMs === undefined
      ? null
      : duration(valueMs, `${path}.${field}`, { min, max: limits.timeoutMs }, violations);
  timeout(input.expectedDurationMs, "expected_duration", 1);
  return {
    executionTimeoutMs: timeout(input.executionTimeoutMs, "execution_timeout", 1),
    startTimeoutMs: timeout(input.startTimeoutMs, "start_timeout", 1),
    progressTimeoutMs: timeout(input.progressTimeoutMs, "progress_timeout", PROGRESS_TIMEOUT_MS_MIN),
  };
}

/** The graph's labels have been checked once for all; only the job's own, and how many there are together, here. */
function checkLabels(
  own: Readonly<Record<string, string>> | undefined,
  path: string,
  { limits, graphLabels, violations }: FieldContext,
): Readonly<Record<string, string>> | null {
  const rule: MapRule = { code: "INVALID_JOB", path, countMax: limits.labels, bytesMax: limits.labelBytes };
  const checked = checkMap(own ?? null, rule, violations);
  if (checked === null || graphLabels === null) return checked ?? graphLabels;
  const merged = { ...graphLabels, ...checked };
  const count = Object.keys(merged).length;
  if (count > limits.labels) {
    violations.add("INVALID_JOB", path, `at most ${limits.labels} entries with the graph's`, `${count}`);
  }
  return merged;
}

/** Absent when the job has no key. */
function checkConcurrency(
  { concurrencyKey: key, concurrencyLimit: limit }: JobInput,
  path: string,
  violations: Violations,
): Pick<NewJob, "concurrency"> {
  if (key === undefined) {
    if (limit !== undefined)
      violations.add(
        "INVALID_JOB",
        `${path}.concurrency_limit`,
        "none without a concurrency_key",
        `${limit}`,
      );
    return {};
  }
  violations.check("INVALID_JOB", `${path}.concurrency_key`, expectKey(key), key);
  if (limit !== undefined) whole(limit, `${path}.concurrency_limit`, CONCURRENCY_BOUNDS, violations);
  return { concurrency: { key, limit: limit ?? null } };
}

const DEFAULT_CONTENT_TYPE = "application/octet-stream";
const CONTENT_TYPE_BYTES_MAX = 200;

function checkPayload(payload: Payload | undefined, path: string, context: FieldContext): Payload | null {
  if (payload === undefined) return null;
  const { limits, violations } = context;
  const contentType = payload.contentType === "" ? DEFAULT_CONTENT_TYPE : payload.contentType;
  const expectedType = expectStorable(contentType, CONTENT_TYPE_BYTES_MAX);
  violations.check("INVALID_JOB", `${path}.payload.content_type`, expectedType, contentType);
  const { body, uri } = payload;
  if ((body === null) === (uri === null)) {
    violations.add(
      "INVALID_JOB",
      `${path}.payload`,
      "inline bytes or a uri",
      body === null ? "neither" : "both",
    );
  }
  if (body !== null && body.length > limits.payloadBytes) {
    const expected = `at most ${limits.payloadBytes} bytes (give a uri for more)`;
    violations.add("PAYLOAD_TOO_LARGE", `${path}.payload.inline`, expected, `${body.length} bytes`);
  }
  if (uri !== null) {
    const expectedUri = uri === "" ? "a uri" : expectStorable(uri, limits.uriBytes);
    violations.check("INVALID_JOB", `${path}.payload.uri`, expectedUri, uri);
  }
  return contentType === payload.contentType ? payload : { contentType, body, uri };
}

function checkRunAt(runAtMs: number | undefined, path: string, context: FieldContext): number | null {
  if (runAtMs === undefined) return null;
  if (!(Math.abs(runAtMs - context.nowMs) <= context.limits.runAtDistanceMs)) {
    const years = Math.floor(context.limits.runAtDistanceMs / (365 * 24 * 60 * 60 * 1000));
    context.violations.add(
      "INVALID_JOB",
      path,
      `a time within ${years} years of now`,
      `${runAtMs} ms since 1970`,
    );
  }
  return Math.ceil(runAtMs);
}
