/**
 * Runs one decision about jobs under row locks: reads what may end, locks the jobs and the dependents that an end
 * can reach in ascending id, decides (a pure function of core), applies, commits. Used by every verb that is not a
 * plain success. The whole transaction is run again by the caller on a transient error.
 */
import type { PoolClient } from "pg";
import { failpoints } from "../core/failpoints.js";
import { MusterError } from "../core/errors.js";
import { stateOf, STATE_CODE, PARENT_FAILURE_POLICIES } from "../core/job.js";
import {
  EXECUTION_OUTCOMES,
  type ChangedJob,
  type Decision,
  type Edge,
  type JobChange,
  type JobClocks,
  type LockedJob,
  type Settled,
  type SettleRequest,
  type StopReason,
} from "../core/settlement.js";
import type { Database } from "./database.js";
import { refile } from "./dead-letters.js";
import { changedJob, type ChangedRow } from "./rows.js";
import type { StoredBackoff } from "./schema.js";
import { orderValues } from "./sessions.js";
import { hotStatement, sqlFile } from "./sql-file.js";

/** A dependent that appears while we lock is locked in a further round; more rounds than this never happen. */
const LOCK_ROUNDS_MAX = 8;

interface LockedRow {
  id: number;
  queue_id: number;
  graph_id: number | null;
  state: number;
  type: string;
  effective_priority: number;
  attempt: number;
  max_attempts: number;
  generation: number;
  losses: number;
  lease_epoch: number;
  session_id: number | null;
  pending_parents: number;
  on_parent_failure: number;
  backoff: StoredBackoff | null;
  cancel_requested: boolean;
  state_reason: string | null;
  has_parents: boolean;
  stop_reason: StopReason | null;
  stop_by: Date | null;
  run_at: Date | null;
  created_at: Date;
  now: Date;
}

export async function settle(database: Database, request: SettleRequest): Promise<Settled> {
  const ids = [...new Set(request.ids)].toSorted((a, b) => a - b);
  if (ids.length === 0) return { before: new Map(), changed: [] };
  return database.transaction(async (client) => {
    const { jobs, edges, nowMs } = await lockReachable(client, ids, request.mayEnd);
    if (failpoints.reach !== null) await failpoints.reach("settle.locked");
    const clocks = request.withClocks === true ? await readClocks(client, ids) : undefined;
    const decision = request.decide({ jobs, edges, nowMs, ...(clocks !== undefined && { clocks }) });
    const before = new Map(
      ids.flatMap((id) => {
        const job = jobs.get(id);
        return job === undefined ? [] : [[id, job] as const];
      }),
    );
    const changed = await apply(client, decision);
    await refile(client, jobs, decision.changes);
    if (failpoints.reach !== null && changed.length > 0) await failpoints.reach("settle.applied");
    return { before, changed };
  });
}

/** Applies a decision whose rows the caller has locked in this transaction. */
export async function apply(client: PoolClient, decision: Decision): Promise<ChangedJob[]> {
  if (decision.orders.length > 0)
    await client.query(hotStatement("write_orders", orderValues(decision.orders)));
  const changed = decision.changes.length === 0 ? [] : await applyChanges(client, decision.changes);
  const looks = decision.looks ?? [];
  if (looks.length > 0) {
    const values = [looks.map((l) => l.jobId), looks.map((l) => l.dueUs), looks.map((l) => l.atMs)];
    await client.query(hotStatement("move_deadlines", values));
  }
  return changed;
}

/** Locks jobs and everything their end can reach; the edges are read again under the locks until nothing is new. */
export async function lockReachable(
  client: PoolClient,
  ids: readonly number[],
  mayEnd: (job: LockedJob) => boolean,
): Promise<{ jobs: Map<number, LockedJob>; edges: Edge[]; nowMs: number }> {
  const glance = (await client.query<LockedRow>(hotStatement("read_jobs", [ids]))).rows.map(toLockedJob);
  const ending = glance.filter(mayEnd).map((job) => job.id);
  let edges = await edgesBelow(client, ending);
  const jobs = new Map<number, LockedJob>();
  let nowMs = 0;
  let wanted = [...new Set([...ids, ...edges.map((edge) => edge.childId)])];
  for (let round = 0; wanted.length > 0 && round < LOCK_ROUNDS_MAX; round++) {
    const locked = await lockJobs(client, wanted);
    for (const [id, job] of locked.jobs) jobs.set(id, job);
    nowMs = locked.nowMs ?? nowMs;
    const nowEnding = ids.filter((id) => {
      const job = jobs.get(id);
      return job !== undefined && mayEnd(job);
    });
    if (nowEnding.length === 0 && ending.length === 0) return { jobs, edges: [], nowMs };
    edges = await edgesBelow(client, nowEnding);
    wanted = [...new Set(edges.map((edge) => edge.childId))].filter((id) => !jobs.has(id));
  }
  if (wanted.length > 0)
    throw new MusterError("BUG", `dependents kept appearing in ${LOCK_ROUNDS_MAX} rounds of locking`);
  return { jobs, edges, nowMs };
}

/** Locks jobs in ascending id; those that do not exist are left out. `nowMs` is null when there are none. */
export async function lockJobs(
  client: PoolClient,
  ids: readonly number[],
): Promise<{ readonly jobs: ReadonlyMap<number, LockedJob>; readonly nowMs: number | null }> {
  if (ids.length === 0) return { jobs: new Map(), nowMs: null };
  const { rows } = await client.query<LockedRow>(hotStatement("lock_jobs", [ids.toSorted((a, b) => a - b)]));
  return {
    jobs: new Map(rows.map((row) => [row.id, toLockedJob(row)])),
    nowMs: rows[0]?.now.getTime() ?? null,
  };
}

async function edgesBelow(client: PoolClient, ids: readonly number[]): Promise<Edge[]> {
  if (ids.length === 0) return [];
  const { rows } = await client.query<{ parent_id: number; child_id: number }>(
    hotStatement("dependents_below", [ids]),
  );
  return rows.map((row) => ({ parentId: row.parent_id, childId: row.child_id }));
}

interface ClocksRow {
  id: number;
  due_us: number;
  start_timeout_ms: number | null;
  execution_timeout_ms: number | null;
  progress_timeout_ms: number | null;
  waiting_since_ms: number | null;
  started_ms: number | null;
  progress_ms: number | null;
  is_detached: boolean;
}

async function readClocks(client: PoolClient, ids: readonly number[]): Promise<Map<number, JobClocks>> {
  const { rows } = await client.query<ClocksRow>(hotStatement("job_clocks", [ids]));
  return new Map(
    rows.map((row) => [
      row.id,
      {
        jobId: row.id,
        dueUs: row.due_us,
        startTimeoutMs: row.start_timeout_ms,
        executionTimeoutMs: row.execution_timeout_ms,
        progressTimeoutMs: row.progress_timeout_ms,
        waitingSinceMs: row.waiting_since_ms,
        startedMs: row.started_ms,
        progressMs: row.progress_ms,
        isDetached: row.is_detached,
      },
    ]),
  );
}

async function applyChanges(client: PoolClient, changes: readonly JobChange[]): Promise<ChangedJob[]> {
  const { rows } = await client.query<ChangedRow>({
    name: "apply_changes",
    text: sqlFile("apply_changes"),
    values: [
      changes.map((c) => c.id),
      changes.map((c) => STATE_CODE[c.state]),
      changes.map((c) => c.reason),
      changes.map((c) =>
        c.runAt === "keep" ? -1 : c.runAt === "now" ? null : Math.max(0, Math.round(c.runAt.afterMs)),
      ),
      changes.map((c) => c.pendingParents),
      changes.map((c) => c.attempt),
      changes.map((c) => c.losses),
      changes.map((c) => c.generation),
      changes.map((c) => c.cancelRequested),
      changes.map((c) => (c.error === null ? null : JSON.stringify(c.error))),
      changes.map((c) => (c.executionEnds === null ? null : EXECUTION_OUTCOMES.indexOf(c.executionEnds))),
      changes.map((c) => (c.executionError === null ? null : JSON.stringify(c.executionError))),
      changes.map((c) => c.stop?.reason ?? null),
      changes.map((c) => (c.stop === null ? null : Math.max(0, Math.round(c.stop.afterMs)))),
    ],
  });
  return rows.map(changedJob);
}

function toLockedJob(row: LockedRow): LockedJob {
  return {
    id: row.id,
    createdMs: row.created_at.getTime(),
    queueId: row.queue_id,
    graphId: row.graph_id,
    state: stateOf(row.state),
    type: row.type,
    effectivePriority: row.effective_priority,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    generation: row.generation,
    losses: row.losses,
    leaseEpoch: row.lease_epoch,
    sessionId: row.session_id,
    pendingParents: row.pending_parents,
    onParentFailure: PARENT_FAILURE_POLICIES[row.on_parent_failure] ?? "cancel",
    runAtMs: row.run_at?.getTime() ?? null,
    backoff: row.backoff,
    cancelRequested: row.cancel_requested,
    stateReason: row.state_reason,
    hasParents: row.has_parents,
    stopReason: row.stop_reason,
    stopByMs: row.stop_by?.getTime() ?? null,
  };
}
