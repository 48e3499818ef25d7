/**
 * Jobs as the jobs service shows them: encodes views of jobs, executions and errors, and decodes the requests
 * that name or filter jobs. Encoding goes through typed factories only, because the encoder drops what it does not know.
 */
import type { BackoffPolicy as BackoffInput } from "../../../proto/gen/muster/jobs/v1/BackoffPolicy.js";
import type { ErrorRule as ErrorRuleInput } from "../../../proto/gen/muster/jobs/v1/ErrorRule.js";
import type { Execution } from "../../../proto/gen/muster/jobs/v1/Execution.js";
import type { Job } from "../../../proto/gen/muster/jobs/v1/Job.js";
import type { JobError as JobErrorInput } from "../../../proto/gen/muster/jobs/v1/JobError.js";
import type { ListJobsRequest__Output } from "../../../proto/gen/muster/jobs/v1/ListJobsRequest.js";
import type { ListJobsResponse } from "../../../proto/gen/muster/jobs/v1/ListJobsResponse.js";
import type { BackoffPolicy, ErrorRule, ExecutionView, JobError, JobView } from "../../core/job.js";
import type { JobPage, JobPageQuery } from "../../core/operations.js";
import { BACKOFF_KIND, decodeEnumList, JOB_STATE, ON_PARENT_FAILURE } from "./enums.js";
import { Fields } from "./fields.js";
import { encodeLimitHold } from "./limit-hold.js";
import { encodePayload } from "./payload.js";
import { encodeDuration, encodeOptionalDuration, encodeOptionalTimestamp, encodeTimestamp } from "./time.js";

export function encodeJob(job: JobView): Job {
  return {
    jobId: job.publicId,
    namespace: job.namespace,
    queue: job.queue,
    type: job.type,
    key: job.key ?? "",
    graphId: job.graphPublicId ?? "",
    state: JOB_STATE[job.state],
    stateReason: job.stateReason ?? "",
    priority: job.priority,
    effectivePriority: job.effectivePriority,
    priorityReason: job.priorityReason,
    prioritySourceJobId: job.prioritySourcePublicId ?? "",
    inheritPriority: job.inheritPriority,
    attempt: job.attempt,
    maxAttempts: job.maxAttempts,
    generation: job.generation,
    leaseEpoch: job.leaseEpoch,
    losses: job.losses,
    pendingParents: job.pendingParents,
    onParentFailure: ON_PARENT_FAILURE[job.onParentFailure],
    payload: encodePayload(job.payload),
    output: encodePayload(job.output),
    error: encodeJobError(job.error),
    backoff: encodeBackoff(job.backoff),
    errorRules: (job.backoff.rules ?? []).map(encodeErrorRule),
    executionTimeout: encodeOptionalDuration(job.executionTimeoutMs),
    startTimeout: encodeOptionalDuration(job.startTimeoutMs),
    progressTimeout: encodeOptionalDuration(job.progressTimeoutMs),
    stopReason: job.stopReason ?? "",
    stopBy: encodeOptionalTimestamp(job.stopBy),
    createdAt: encodeTimestamp(job.createdAt),
    readyAt: encodeOptionalTimestamp(job.readyAt),
    runAt: encodeOptionalTimestamp(job.runAt),
    startedAt: encodeOptionalTimestamp(job.startedAt),
    finishedAt: encodeOptionalTimestamp(job.finishedAt),
    workerId: job.workerId ?? "",
    labels: job.labels,
    headers: job.headers,
    dependsOn: [...job.dependsOn],
    idempotencyKey: job.idempotencyKey ?? "",
    cancelRequested: job.cancelRequested,
    executions: job.executions.map(encodeExecution),
    progress: job.progress,
    progressNote: job.progressNote,
    fingerprint: job.fingerprint ?? "",
    discardedAt: encodeOptionalTimestamp(job.discardedAt),
    lostWorkers: [...job.lostWorkers],
    checkpoint: encodePayload(job.checkpoint?.payload ?? null),
    checkpointAt: encodeOptionalTimestamp(job.checkpoint?.at ?? null),
    concurrencyKey: job.concurrency?.key ?? "",
    concurrencyLimit: job.concurrency?.limit ?? 0,
    heldBy: job.heldBy.map(encodeLimitHold),
  } satisfies Job;
}

export function encodeListJobsResponse(page: JobPage): ListJobsResponse {
  return {
    jobs: page.jobs.map(encodeJob),
    nextPageToken: page.nextPageToken ?? "",
  } satisfies ListJobsResponse;
}

/** @throws MusterError INVALID_REQUEST */
export function decodeListJobs(request: ListJobsRequest__Output): JobPageQuery {
  const fields = new Fields();
  const filter = {
    namespace: fields.namespace(request.namespace),
    states: decodeEnumList(fields, "states", JOB_STATE, request.states),
    queue: fields.optionalName("queue", request.queue),
    type: fields.optionalName("type", request.type),
    graphPublicId: fields.optionalPublicId("graph_id", request.graphId),
    labels: fields.textMap("labels", request.labels) ?? {},
    pageSize: fields.pageSize(request.pageSize),
    pageToken: fields.pageToken(request.pageToken),
    oldestFirst: request.oldestFirst ?? false,
    omitBodies: request.omitBodies ?? false,
  } satisfies JobPageQuery;
  fields.check();
  return filter;
}

function encodeExecution(execution: ExecutionView): Execution {
  return {
    attempt: execution.attempt,
    leaseEpoch: execution.leaseEpoch,
    workerId: execution.workerId,
    sessionId: String(execution.sessionId),
    assignedAt: encodeTimestamp(execution.assignedAt),
    startedAt: encodeOptionalTimestamp(execution.startedAt),
    endedAt: encodeOptionalTimestamp(execution.endedAt),
    outcome: execution.outcome ?? "",
    error: encodeJobError(execution.error),
  } satisfies Execution;
}

function encodeJobError(error: JobError | null): JobErrorInput | null {
  if (error === null) return null;
  const { errorType, message, stackTrace } = error;
  return { errorType, message, stackTrace } satisfies JobErrorInput;
}

function encodeErrorRule(rule: ErrorRule): ErrorRuleInput {
  return {
    errorType: rule.errorType,
    nonRetryable: rule.nonRetryable,
    maxAttempts: rule.maxAttempts ?? 0,
    backoff: rule.backoff === null ? null : encodeBackoff(rule.backoff),
  } satisfies ErrorRuleInput;
}

function encodeBackoff(policy: BackoffPolicy): BackoffInput {
  return {
    kind: BACKOFF_KIND[policy.kind],
    base: encodeDuration(policy.baseMs),
    cap: encodeDuration(policy.capMs),
    jitter: policy.jitter,
  } satisfies BackoffInput;
}
