/**
 * Submissions: JobSpec, SubmitJobs, SubmitGraph and StreamJobs messages into the core's input, and the answer
 * back. Checks what only the wire can get wrong (unknown enum values, negative durations, NUL characters) and how
 * many jobs there are; whether the jobs make sense together is decided by the coordinator.
 */
import type { BackoffPolicy__Output } from "../../../proto/gen/muster/jobs/v1/BackoffPolicy.js";
import type { ErrorRule__Output } from "../../../proto/gen/muster/jobs/v1/ErrorRule.js";
import type { JobSpec__Output } from "../../../proto/gen/muster/jobs/v1/JobSpec.js";
import type { SubmitGraphRequest__Output } from "../../../proto/gen/muster/jobs/v1/SubmitGraphRequest.js";
import type { SubmitGraphResponse } from "../../../proto/gen/muster/jobs/v1/SubmitGraphResponse.js";
import type { SubmitJobsRequest__Output } from "../../../proto/gen/muster/jobs/v1/SubmitJobsRequest.js";
import type { SubmitJobsResponse } from "../../../proto/gen/muster/jobs/v1/SubmitJobsResponse.js";
import type { SubmittedJob as SubmittedJobInput } from "../../../proto/gen/muster/jobs/v1/SubmittedJob.js";
import type { JobInput, SubmitInput, Submitted, SubmittedJob } from "../../core/operations.js";
import { BACKOFF_KIND, decodeEnum, GRAPH_ORDER, ON_PARENT_FAILURE } from "./enums.js";
import { Fields } from "./fields.js";
import { decodePayload } from "./payload.js";
import { decodeDuration, decodeTimestamp } from "./time.js";

export const BATCH_JOBS_MAX = 10_000;
export const GRAPH_JOBS_MAX = 50_000;

/** For SubmitJobs and for one message of StreamJobs, which have the same shape. @throws MusterError INVALID_JOB */
export function decodeSubmitJobs(request: SubmitJobsRequest__Output): SubmitInput {
  const fields = new Fields();
  const namespace = fields.namespace(request.namespace);
  const jobs = decodeJobs(fields, request.jobs, BATCH_JOBS_MAX);
  fields.check("INVALID_JOB");
  return { namespace, jobs, graph: null };
}

/** @throws MusterError INVALID_JOB */
export function decodeSubmitGraph(request: SubmitGraphRequest__Output): SubmitInput {
  const fields = new Fields();
  const namespace = fields.namespace(request.namespace);
  const name = fields.text("name", request.name);
  const labels = fields.textMap("labels", request.labels) ?? {};
  const idempotencyKey = fields.text("idempotency_key", request.idempotencyKey);
  const timeoutMs = decodeDuration(fields, "timeout", request.timeout) ?? null;
  const order = decodeEnum(fields, "order", GRAPH_ORDER, request.order) ?? "ready";
  const jobs = decodeJobs(fields, request.jobs, GRAPH_JOBS_MAX);
  fields.check("INVALID_JOB");
  return {
    namespace,
    jobs,
    graph: { name, labels, idempotencyKey: idempotencyKey === "" ? null : idempotencyKey, timeoutMs, order },
  };
}

export function encodeSubmitJobsResponse(submitted: Submitted): SubmitJobsResponse {
  return { jobs: submitted.jobs.map(encodeSubmittedJob) } satisfies SubmitJobsResponse;
}

export function encodeSubmitGraphResponse(submitted: Submitted): SubmitGraphResponse {
  return {
    graphId: submitted.graphPublicId ?? "",
    jobs: submitted.jobs.map(encodeSubmittedJob),
    existed: submitted.existed,
  } satisfies SubmitGraphResponse;
}

export function encodeSubmittedJob(job: SubmittedJob): SubmittedJobInput {
  return { jobId: job.publicId, key: job.key ?? "", existed: job.existed } satisfies SubmittedJobInput;
}

function decodeJobs(fields: Fields, specs: readonly JobSpec__Output[] | undefined, max: number): JobInput[] {
  const given = specs ?? [];
  if (given.length < 1 || given.length > max) {
    fields.bad("jobs", `1 to ${max} jobs`, String(given.length));
    return [];
  }
  return given.map((spec, index) => decodeJobSpec(fields, `jobs[${index}]`, spec));
}

/** One job as submissions and schedules carry it. What is wrong is noted on `fields`. */
export function decodeJobSpec(fields: Fields, at: string, spec: JobSpec__Output): JobInput {
  const type = spec.type ?? "";
  fields.noNul(`${at}.type`, type);
  const dependsOn = spec.dependsOn ?? [];
  for (const [index, parent] of dependsOn.entries()) fields.noNul(`${at}.depends_on[${index}]`, parent);
  return {
    type,
    key: someText(fields, `${at}.key`, spec.key),
    queue: someText(fields, `${at}.queue`, spec.queue),
    payload: decodePayload(fields, `${at}.payload`, spec.payload),
    priority: spec.priority,
    inheritPriority: spec.inheritPriority,
    maxAttempts: spec.maxAttempts === 0 ? undefined : spec.maxAttempts,
    backoff: decodeBackoff(fields, `${at}.backoff`, spec.backoff),
    errorRules: decodeErrorRules(fields, at, spec.errorRules),
    executionTimeoutMs: decodeDuration(fields, `${at}.execution_timeout`, spec.executionTimeout),
    startTimeoutMs: decodeDuration(fields, `${at}.start_timeout`, spec.startTimeout),
    progressTimeoutMs: decodeDuration(fields, `${at}.progress_timeout`, spec.progressTimeout),
    expectedDurationMs: decodeDuration(fields, `${at}.expected_duration`, spec.expectedDuration),
    runAtMs: decodeTimestamp(fields, `${at}.run_at`, spec.runAt),
    dependsOn: dependsOn.length === 0 ? undefined : dependsOn,
    onParentFailure: decodeEnum(fields, `${at}.on_parent_failure`, ON_PARENT_FAILURE, spec.onParentFailure),
    idempotencyKey: someText(fields, `${at}.idempotency_key`, spec.idempotencyKey),
    concurrencyKey: someText(fields, `${at}.concurrency_key`, spec.concurrencyKey),
    concurrencyLimit: spec.concurrencyLimit === 0 ? undefined : spec.concurrencyLimit,
    labels: fields.textMap(`${at}.labels`, spec.labels) ?? undefined,
    headers: fields.textMap(`${at}.headers`, spec.headers) ?? undefined,
  };
}

function decodeBackoff(
  fields: Fields,
  at: string,
  policy: BackoffPolicy__Output | undefined,
): JobInput["backoff"] {
  if (policy === undefined) return undefined;
  return {
    kind: decodeEnum(fields, `${at}.kind`, BACKOFF_KIND, policy.kind),
    baseMs: decodeDuration(fields, `${at}.base`, policy.base),
    capMs: decodeDuration(fields, `${at}.cap`, policy.cap),
    jitter: policy.jitter,
  };
}

function decodeErrorRules(
  fields: Fields,
  at: string,
  rules: readonly ErrorRule__Output[] | undefined,
): JobInput["errorRules"] {
  if (rules === undefined || rules.length === 0) return undefined;
  return rules.map((rule, index) => {
    const path = `${at}.error_rules[${index}]`;
    const errorType = rule.errorType ?? "";
    fields.noNul(`${path}.error_type`, errorType);
    return {
      errorType,
      nonRetryable: rule.nonRetryable,
      maxAttempts: rule.maxAttempts === 0 ? undefined : rule.maxAttempts,
      backoff: decodeBackoff(fields, `${path}.backoff`, rule.backoff),
    };
  });
}

function someText(fields: Fields, field: string, value: string | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  fields.noNul(field, value);
  return value;
}
