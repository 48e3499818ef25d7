/** Runs `sql/claim.sql` and completes the assignments with what only some jobs need. */
import { MusterError } from "../core/errors.js";
import { formatId } from "../core/job-id.js";
import type { Assignment, ParentOutput, Payload } from "../core/job.js";
import type { Claimed, ClaimRequest } from "../core/store.js";
import { bigints } from "./binary-array.js";
import type { Database } from "./database.js";
import type { GraphIds } from "./graph-ids.js";
import { changedJob, type ChangedRow } from "./rows.js";

/** A job as claim and claim_limited return it. */
export interface ClaimedRow {
  id: number;
  session_id: number;
  lease_epoch: number;
  attempt: number;
  max_attempts: number;
  queue_id: number;
  graph_id: number | null;
  type: string;
  effective_priority: number;
  execution_timeout_ms: number | null;
  start_timeout_ms: number | null;
  progress_timeout_ms: number | null;
  has_parents: boolean;
  tried_before: boolean;
  created_ms: number;
  ready_us: number;
  payload_type: string | null;
  payload: Buffer | null;
  payload_uri: string | null;
  headers: Record<string, string> | null;
}

interface Extras {
  readonly parents: readonly ParentOutput[];
  readonly truncated: boolean;
}

const NO_EXTRAS: Extras = { parents: [], truncated: false };

export interface ClaimOptions {
  readonly graphIds: GraphIds;
  /** Bytes of all parents' outputs of one job together; later ones are left out. */
  readonly outputBytesMax: number;
}

export async function claim(
  database: Database,
  requests: readonly ClaimRequest[],
  options: ClaimOptions,
): Promise<Claimed> {
  const { rows } = await database.hot<ClaimedRow>("claim", [
    bigints(requests.map((r) => r.jobId)),
    bigints(requests.map((r) => r.sessionId)),
    ...heldSessions(requests),
  ]);
  return completed(database, requests, rows, options);
}

/** The distinct sessions, ascending, and the epoch each is held under. */
export function heldSessions(requests: readonly ClaimRequest[]): [Buffer, Buffer] {
  const epochs = new Map(requests.map((r) => [r.sessionId, r.epoch]));
  const sessions = [...epochs.keys()].toSorted((a, b) => a - b);
  return [bigints(sessions), bigints(sessions.map((id) => epochs.get(id)))];
}

/** Reads what the claimed rows lack, and what became of the jobs that were not claimed. */
export async function completed(
  database: Database,
  requests: readonly ClaimRequest[],
  rows: readonly ClaimedRow[],
  { graphIds, outputBytesMax }: ClaimOptions,
): Promise<Claimed> {
  const [parents, checkpoints, graphs, stillReady] = await afterCommit(rows.length, () =>
    Promise.all([
      parentOutputs(
        database,
        rows.filter((r) => r.has_parents).map((r) => r.id),
        outputBytesMax,
      ),
      lastCheckpoints(
        database,
        rows.filter((r) => r.tried_before).map((r) => r.id),
      ),
      graphIds.publicIds(rows.map((row) => row.graph_id)),
      rows.length === requests.length ? [] : readyAmong(database, requests, rows),
    ]),
  );
  const assignments = rows.map((row): Assignment => {
    const extras = parents.get(row.id) ?? NO_EXTRAS;
    return {
      jobId: row.id,
      publicId: formatId(row.id, row.created_ms),
      sessionId: row.session_id,
      leaseEpoch: row.lease_epoch,
      attempt: row.attempt,
      maxAttempts: row.max_attempts,
      queueId: row.queue_id,
      type: row.type,
      payload: payloadOf(row.payload_type, row.payload, row.payload_uri),
      headers: row.headers,
      executionTimeoutMs: row.execution_timeout_ms,
      startTimeoutMs: row.start_timeout_ms,
      progressTimeoutMs: row.progress_timeout_ms,
      readyAtMs: row.ready_us / 1000,
      graphPublicId: row.graph_id === null ? null : (graphs.get(row.graph_id) ?? null),
      effectivePriority: row.effective_priority,
      checkpoint: checkpoints.get(row.id) ?? null,
      parents: extras.parents,
      parentsTruncated: extras.truncated,
    };
  });
  return { assignments, stillReady };
}

/**
 * What is read for jobs that are claimed already. When it fails, the claim stands and nobody got its jobs: that must
 * not look like a claim that never happened, nor be run again.
 */
async function afterCommit<T>(claimed: number, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (claimed === 0) throw error;
    throw new MusterError("OUTCOME_UNKNOWN", `${claimed} jobs were claimed, but not read`, { cause: error });
  }
}

export function payloadOf(
  contentType: string | null,
  body: Buffer | null,
  uri: string | null,
): Payload | null {
  if (body === null && uri === null) return null;
  return { contentType: contentType ?? "application/octet-stream", body, uri };
}

/** Hints that claimed nothing because someone held the row, not because the job is gone. */
async function readyAmong(
  database: Database,
  requests: readonly ClaimRequest[],
  claimed: readonly ClaimedRow[],
) {
  const got = new Set(claimed.map((row) => row.id));
  const missed = requests.map((r) => r.jobId).filter((id) => !got.has(id));
  const { rows } = await database.run<ChangedRow>("ready_among", [missed]);
  return rows.map(changedJob);
}

async function parentOutputs(
  database: Database,
  childIds: number[],
  bytesMax: number,
): Promise<Map<number, Extras>> {
  const byChild = new Map<number, { parents: ParentOutput[]; truncated: boolean }>();
  if (childIds.length === 0) return byChild;
  const { rows } = await database.hot<{
    child_id: number;
    id: number;
    created_ms: number;
    key: string | null;
    state: number;
    left_out: boolean;
    output_type: string | null;
    output: Buffer | null;
    output_uri: string | null;
  }>("parent_outputs", [childIds, bytesMax]);
  for (const row of rows) {
    let entry = byChild.get(row.child_id);
    if (entry === undefined) byChild.set(row.child_id, (entry = { parents: [], truncated: false }));
    if (row.left_out) entry.truncated = true;
    entry.parents.push({
      publicId: formatId(row.id, row.created_ms),
      key: row.key,
      output: payloadOf(row.output_type, row.output, row.output_uri),
      succeeded: row.state === 4,
    });
  }
  return byChild;
}

async function lastCheckpoints(database: Database, ids: number[]): Promise<Map<number, Payload>> {
  const found = new Map<number, Payload>();
  if (ids.length === 0) return found;
  const rows = await database.kysely
    .selectFrom("job_progress")
    .select(["job_id", "checkpoint_type", "checkpoint", "checkpoint_uri"])
    .where("job_id", "in", ids)
    .execute();
  for (const row of rows) {
    const payload = payloadOf(row.checkpoint_type, row.checkpoint, row.checkpoint_uri);
    if (payload !== null) found.set(row.job_id, payload);
  }
  return found;
}
