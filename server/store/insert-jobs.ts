/**
 * Encodes planned jobs for `sql/submit.sql`: one array a column, payloads as one block of bytes (an array of bytea
 * would travel as hex text), and what few jobs have in one JSON value. Both submission paths insert through this.
 */
import { PARENT_FAILURE_POLICIES, STATE_CODE } from "../core/job.js";
import type { ClaimRequest, InsertGraph, InsertJob } from "../core/store.js";

const INHERITS = 1;
const HAS_PARENTS = 2;
const POLICY_SHIFT = 2;

/** The values of `sql/submit.sql`. */
export function insertValues(
  createdMs: number,
  rows: readonly InsertJob[],
  graphs: readonly InsertGraph[],
  takers: readonly ClaimRequest[] = [],
): unknown[] {
  const sessionOf = new Map(takers.map((taker) => [taker.jobId, taker.sessionId]));
  const epochs = new Map(takers.map((taker) => [taker.sessionId, taker.epoch]));
  const sessions = [...epochs.keys()].toSorted((a, b) => a - b);
  const bodies: Buffer[] = [];
  const offsets: number[] = [];
  const lengths: number[] = [];
  let offset = 1;
  const edgeParents: number[] = [];
  const edgeChildren: number[] = [];
  for (const { planned } of rows) {
    const body = planned.job.payload?.body ?? null;
    offsets.push(offset);
    lengths.push(body === null ? -1 : body.length);
    if (body !== null) {
      bodies.push(body);
      offset += body.length;
    }
    for (const parentId of planned.parentIds) {
      edgeParents.push(parentId);
      edgeChildren.push(planned.id);
    }
  }
  return [
    new Date(createdMs),
    rows.map((r) => r.planned.id),
    rows.map((r) => r.queueId),
    rows.map((r) => STATE_CODE[r.planned.state]),
    rows.map((r) => r.planned.job.priority),
    rows.map((r) => r.planned.basePriority),
    rows.map((r) => r.planned.effectivePriority),
    rows.map((r) => r.planned.pendingParents),
    rows.map((r) => r.planned.job.maxAttempts),
    rows.map(flags),
    rows.map((r) => r.planned.job.type),
    rows.map((r) => r.planned.job.payload?.contentType ?? null),
    offsets,
    lengths,
    Buffer.concat(bodies),
    rows.map(rareColumns),
    rows.map((r) => r.readyUs),
    edgeParents,
    edgeChildren,
    JSON.stringify(graphs),
    rows.map((r) => sessionOf.get(r.planned.id) ?? null),
    sessions,
    sessions.map((id) => epochs.get(id)),
  ];
}

function flags({ planned }: InsertJob): number {
  return (
    (planned.job.inheritPriority ? INHERITS : 0) |
    (planned.parentIds.length > 0 ? HAS_PARENTS : 0) |
    (PARENT_FAILURE_POLICIES.indexOf(planned.job.onParentFailure) << POLICY_SHIFT)
  );
}

/** What few jobs have, as JSON text; null when the job has none of it. */
function rareColumns({ planned, graphId }: InsertJob): string | null {
  const { job } = planned;
  const rare: Record<string, unknown> = {};
  if (graphId !== null) rare["graphId"] = graphId;
  if (planned.prioritySource !== null) rare["source"] = planned.prioritySource;
  if (job.executionTimeoutMs !== null) rare["timeoutMs"] = job.executionTimeoutMs;
  if (job.runAtMs !== null && (planned.state === "scheduled" || planned.state === "blocked"))
    rare["runAtMs"] = job.runAtMs;
  if (job.key !== null) rare["key"] = job.key;
  if (planned.reason !== null) rare["reason"] = planned.reason;
  if (job.payload?.uri != null) rare["payloadUri"] = job.payload.uri;
  if (job.backoff !== null) rare["backoff"] = job.backoff;
  if (job.labels !== null) rare["labels"] = job.labels;
  if (job.headers !== null) rare["headers"] = job.headers;
  if (job.idempotencyKey !== null) rare["idempotencyKey"] = job.idempotencyKey;
  if (planned.parentIds.length > 0) rare["parentIds"] = planned.parentIds;
  return Object.keys(rare).length === 0 ? null : JSON.stringify(rare);
}
