/**
 * Encodes planned jobs for `sql/submit.sql`: one array a column, payloads as one block of bytes (an array of bytea
 * would travel as hex text), and what few jobs have in one JSON value. Both submission paths insert through this.
 */
import { PARENT_FAILURE_POLICIES, STATE_CODE } from "../core/job.js";
import type { ClaimRequest, InsertGraph, InsertJob, KeyedRows } from "../core/store.js";
import { bigints, byteas, ints, jsonbs, smallints, texts } from "./binary-array.js";
import { KEY_KIND } from "./idempotency.js";
import type { PreparedValue } from "./prepared.js";

const INHERITS = 1;
const HAS_PARENTS = 2;
const POLICY_SHIFT = 2;

/** The values of `sql/submit.sql`. */
export function insertValues(
  createdMs: number,
  rows: readonly InsertJob[],
  graphs: readonly InsertGraph[],
  takers: readonly ClaimRequest[] = [],
): PreparedValue[] {
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
    bigints(rows.map((r) => r.planned.id)),
    ints(rows.map((r) => r.queueId)),
    smallints(rows.map((r) => STATE_CODE[r.planned.state])),
    smallints(rows.map((r) => r.planned.job.priority)),
    smallints(rows.map((r) => r.planned.basePriority)),
    smallints(rows.map((r) => r.planned.effectivePriority)),
    ints(rows.map((r) => r.planned.pendingParents)),
    smallints(rows.map((r) => r.planned.job.maxAttempts)),
    smallints(rows.map(flags)),
    texts(rows.map((r) => r.planned.job.type)),
    texts(rows.map((r) => r.planned.job.payload?.contentType ?? null)),
    ints(offsets),
    ints(lengths),
    Buffer.concat(bodies),
    jsonbs(rows.map(rareColumns)),
    bigints(rows.map((r) => r.readyUs)),
    bigints(edgeParents),
    bigints(edgeChildren),
    JSON.stringify(graphs),
    bigints(rows.map((r) => sessionOf.get(r.planned.id))),
    bigints(sessions),
    bigints(sessions.map((id) => epochs.get(id))),
  ];
}

/** The further values of `submit_keyed`. */
export function keyedValues(keyed: readonly KeyedRows[]): PreparedValue[] {
  const keys = keyed
    .flatMap((rows, at) => rows.keys.map((key) => ({ ...key, at, kind: KEY_KIND[key.kind] })))
    .toSorted((a, b) => b.kind - a.kind || compare(a.namespace, b.namespace) || compare(a.key, b.key));
  const ranges = keyed.flatMap(({ ids }, at) => rangesOf(ids).map((range) => ({ at, ...range })));
  return [
    ints(keys.map((k) => k.at)),
    texts(keys.map((k) => k.namespace)),
    smallints(keys.map((k) => k.kind)),
    texts(keys.map((k) => k.key)),
    bigints(keys.map((k) => k.targetId)),
    byteas(keys.map((k) => k.hash)),
    ints(ranges.map((range) => range.at)),
    bigints(ranges.map((range) => range.from)),
    bigints(ranges.map((range) => range.to)),
  ];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Ascending ids as ranges without gaps: ids of somebody else may lie in between. */
function rangesOf(ids: readonly number[]): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  for (const id of ids) {
    const last = ranges.at(-1);
    if (last?.to === id - 1) last.to = id;
    else ranges.push({ from: id, to: id });
  }
  return ranges;
}

/**
 * The values of `sql/arm_deadlines.sql`: for graphs with a timeout and for ready jobs that may not wait for ever.
 * Null when there are none, which is nearly always: then the deadlines cost a submission nothing.
 */
export function deadlineValues(
  createdMs: number,
  rows: readonly InsertJob[],
  graphs: readonly InsertGraph[],
): unknown[] | null {
  const due = graphs.flatMap(({ id, timeoutMs }) =>
    timeoutMs === null ? [] : [{ id, atMs: createdMs + timeoutMs, isGraph: true }],
  );
  for (const { planned, readyUs } of rows) {
    const waitMs = planned.job.startTimeoutMs;
    if (waitMs === null || readyUs === null) continue;
    due.push({ id: planned.id, atMs: Math.floor(readyUs / 1000) + waitMs, isGraph: false });
  }
  if (due.length === 0) return null;
  const sorted = due.toSorted((a, b) => a.id - b.id);
  return [sorted.map((d) => d.id), sorted.map((d) => d.atMs), sorted.map((d) => d.isGraph)];
}

function flags({ planned }: InsertJob): number {
  return (
    (planned.job.inheritPriority ? INHERITS : 0) |
    (planned.parentIds.length > 0 ? HAS_PARENTS : 0) |
    (PARENT_FAILURE_POLICIES.indexOf(planned.job.onParentFailure) << POLICY_SHIFT)
  );
}

/** What few jobs have; null and undefined alike mean that this one has none. */
const RARE: Readonly<Record<string, (row: InsertJob) => unknown>> = {
  graphId: ({ graphId }) => graphId,
  source: ({ planned }) => planned.prioritySource,
  timeoutMs: ({ planned }) => planned.job.executionTimeoutMs,
  startTimeoutMs: ({ planned }) => planned.job.startTimeoutMs,
  progressTimeoutMs: ({ planned }) => planned.job.progressTimeoutMs,
  runAtMs: ({ planned }) => {
    const waits = planned.state === "scheduled" || planned.state === "blocked";
    return waits ? planned.job.runAtMs : null;
  },
  key: ({ planned }) => planned.job.key,
  reason: ({ planned }) => planned.reason,
  payloadUri: ({ planned }) => planned.job.payload?.uri,
  backoff: ({ planned }) => planned.job.backoff,
  labels: ({ planned }) => planned.job.labels,
  headers: ({ planned }) => planned.job.headers,
  idempotencyKey: ({ planned }) => planned.job.idempotencyKey,
  concurrencyKey: ({ planned }) => planned.job.concurrency?.key,
  concurrencyLimit: ({ planned }) => planned.job.concurrency?.limit,
  slackMs: ({ planned }) => planned.job.slackMs,
  dependents: ({ planned }) => (planned.dependents > 0 ? planned.dependents : null),
  parentIds: ({ planned }) => (planned.parentIds.length > 0 ? planned.parentIds : null),
};
const RARE_COLUMNS = Object.entries(RARE);

/** As JSON text; null when the job has none of it. */
export function rareColumns(row: InsertJob): string | null {
  let rare: Record<string, unknown> | null = null;
  for (const [name, valueOf] of RARE_COLUMNS) {
    const value = valueOf(row) ?? undefined;
    if (value === undefined) continue;
    rare ??= {};
    rare[name] = value;
  }
  return rare === null ? null : JSON.stringify(rare);
}
