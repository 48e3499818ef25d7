/**
 * What a submission that depends on nothing earlier becomes: its graph's row and keys, and for each job what the rest
 * of the server is told about it. Insert builds them.
 */
import { placeUs } from "../core/critical-path.js";
import { formatId } from "../core/job-id.js";
import type { Assignment } from "../core/job.js";
import type { ChangedJob } from "../core/settlement.js";
import type { InsertGraph, InsertJob, KeyedRows, LinkedSubmission, NewKey, Numbered } from "../core/store.js";
import type { ValidatedSubmission } from "../core/submission.js";
import type { LiveSession } from "./live-session.js";

export function graphRow(
  submission: ValidatedSubmission,
  id: number,
  jobIds: readonly number[],
): InsertGraph {
  return {
    id,
    namespace: submission.namespace,
    name: submission.graph?.name ?? "",
    jobCount: jobIds.length,
    firstJobId: jobIds[0] ?? id,
    lastJobId: jobIds.at(-1) ?? id,
    timeoutMs: submission.graph?.timeoutMs ?? null,
  };
}

export function changedFrom(
  { planned, queueId, graphId, readyUs }: InsertJob,
  createdMs: number,
): ChangedJob {
  return {
    id: planned.id,
    createdMs,
    queueId,
    graphId,
    state: planned.state,
    type: planned.job.type,
    effectivePriority: planned.effectivePriority,
    readyUs: placeUs(readyUs, planned.job),
    runAtMs: planned.job.runAtMs,
    concurrencyKey: planned.job.concurrency?.key ?? null,
  };
}

/** The first assignment of a job that was just written: lease epoch 1, nothing to read back. */
export function assignmentOf(row: InsertJob, session: LiveSession, createdMs: number): Assignment {
  const { planned, queueId, graphId, readyUs } = row;
  return {
    jobId: planned.id,
    publicId: formatId(planned.id, createdMs),
    sessionId: session.id,
    leaseEpoch: 1,
    attempt: 1,
    maxAttempts: planned.job.maxAttempts,
    queueId,
    type: planned.job.type,
    payload: planned.job.payload,
    headers: planned.job.headers,
    executionTimeoutMs: planned.job.executionTimeoutMs,
    startTimeoutMs: planned.job.startTimeoutMs,
    progressTimeoutMs: planned.job.progressTimeoutMs,
    readyAtMs: (readyUs ?? 0) / 1000,
    slackMs: planned.job.slackMs ?? 0,
    graphPublicId: graphId === null ? null : formatId(graphId, createdMs),
    effectivePriority: planned.effectivePriority,
    checkpoint: null,
    parents: [],
    parentsTruncated: false,
    dependents: planned.dependents,
  };
}

/** Its keys, and the ids that are written only if all of them are free. */
export function keyedRows(submission: LinkedSubmission, { ids, graphId }: Numbered): KeyedRows {
  const { namespace, jobs, jobHashes, graph } = submission;
  const keys = jobs.flatMap(({ idempotencyKey: key }, at): NewKey[] =>
    key === null
      ? []
      : [{ namespace, kind: "job", key, targetId: ids[at] as number, hash: jobHashes[at] as Buffer }],
  );
  if (graph !== null && graph.idempotencyKey !== null && graphId !== null)
    keys.push({ namespace, kind: "graph", key: graph.idempotencyKey, targetId: graphId, hash: graph.hash });
  return { keys, ids: graphId === null ? ids : [graphId, ...ids] };
}
