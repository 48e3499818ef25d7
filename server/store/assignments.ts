/**
 * Makes assignments of the rows that a claim or a finish returns: reads what only some jobs need, the outputs of
 * parents and the last checkpoint, after the commit that gave the jobs away.
 */
import { MusterError } from "../core/errors.js";
import { formatId } from "../core/job-id.js";
import type { Assignment, Payload } from "../core/job.js";
import type { Database } from "./database.js";
import type { GraphIds } from "./graph-ids.js";
import { type Extras, parentOutputs } from "./parents.js";
import { payloadOf } from "./rows.js";

/** What jobs that were just given to sessions may have in common. */
interface Alike {
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
  dependents: number;
  tried_before: boolean;
  payload_type: string | null;
  payload_uri: string | null;
  headers: Record<string, string> | null;
}

/** A job that was just given to a session, as claim_limited returns it. */
export interface ClaimedRow extends Alike {
  id: number;
  session_id: number;
  created_ms: number;
  ready_us: number;
  /** Null for none, absent where nothing is given out by slack. */
  slack_ms?: number | null;
  payload: Buffer | null;
}

/** Those that are alike, as claim and finish_succeeded return them: one element of each list a job. */
export interface ClaimedGroup extends Alike {
  job_ids: number[];
  session_ids: number[];
  all_created_ms: number[];
  all_ready_us: number[];
  /** Null when none of them has any. */
  all_slack_ms: (number | null)[] | null;
  /** Bytes of each payload, -1 for none. */
  lengths: number[];
  /** One behind the other; null when there is none. */
  payloads: Buffer | null;
}

/** Field by field: a copy of an object that others were taken out of costs thirty times as much. */
export function claimedRows(group: ClaimedGroup): ClaimedRow[] {
  const { payloads, lengths } = group;
  let end = 0;
  return group.job_ids.map((id, at) => {
    const length = lengths[at] as number;
    return {
      id,
      session_id: group.session_ids[at] as number,
      created_ms: group.all_created_ms[at] as number,
      ready_us: group.all_ready_us[at] as number,
      slack_ms: group.all_slack_ms === null ? null : (group.all_slack_ms[at] ?? null),
      payload: length < 0 ? null : (payloads as Buffer).subarray(end, (end += length)),
      lease_epoch: group.lease_epoch,
      attempt: group.attempt,
      max_attempts: group.max_attempts,
      queue_id: group.queue_id,
      graph_id: group.graph_id,
      type: group.type,
      effective_priority: group.effective_priority,
      execution_timeout_ms: group.execution_timeout_ms,
      start_timeout_ms: group.start_timeout_ms,
      progress_timeout_ms: group.progress_timeout_ms,
      has_parents: group.has_parents,
      dependents: group.dependents,
      tried_before: group.tried_before,
      payload_type: group.payload_type,
      payload_uri: group.payload_uri,
      headers: group.headers,
    };
  });
}

const NO_EXTRAS: Extras = { parents: [], truncated: false };

export interface AssignmentOptions {
  readonly graphIds: GraphIds;
  /** Bytes of all parents' outputs of one job together; later ones are left out. */
  readonly outputBytesMax: number;
}

/**
 * @param known what is known already of the parents of some of them, by job
 * @throws MusterError OUTCOME_UNKNOWN: the jobs were given away and could not be read
 */
export async function assignmentsOf(
  database: Database,
  rows: readonly ClaimedRow[],
  { graphIds, outputBytesMax }: AssignmentOptions,
  known: ReadonlyMap<number, Extras> = new Map(),
): Promise<Assignment[]> {
  const [parents, checkpoints, graphs] = await afterCommit(rows.length, () =>
    Promise.all([
      parentOutputs(
        database,
        rows.filter((r) => r.has_parents && !known.has(r.id)).map((r) => r.id),
        outputBytesMax,
      ),
      lastCheckpoints(
        database,
        rows.filter((r) => r.tried_before).map((r) => r.id),
      ),
      graphIds.publicIds(rows.map((row) => row.graph_id)),
    ]),
  );
  return rows.map((row): Assignment => {
    const extras = known.get(row.id) ?? parents.get(row.id) ?? NO_EXTRAS;
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
      slackMs: row.slack_ms ?? 0,
      graphPublicId: row.graph_id === null ? null : (graphs.get(row.graph_id) ?? null),
      effectivePriority: row.effective_priority,
      checkpoint: checkpoints.get(row.id) ?? null,
      parents: extras.parents,
      parentsTruncated: extras.truncated,
      dependents: row.dependents,
    };
  });
}

/**
 * What is read for jobs that are claimed already. When it fails, the claim stands and nobody got its jobs: that must
 * not look like a claim that never happened, nor be run again.
 */
export async function afterCommit<T>(claimed: number, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (claimed === 0) throw error;
    throw new MusterError("OUTCOME_UNKNOWN", `${claimed} jobs were claimed, but not read`, { cause: error });
  }
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
