/**
 * Runs `sql/explain_job.sql`, `sql/explain_dispatch.sql` and `sql/service_times.sql`: everything that the answer to
 * "why is this job not running" stands on. Bounded by the numbers below whatever the size of the database.
 */
import { formatId, type DecodedId } from "../../core/job-id.js";
import { stateOf } from "../../core/job.js";
import { WORKER_STATES } from "../../core/operations.js";
import type { DispatchFacts, ExplainedJob, ServiceTimes, Subscribed } from "../../core/explain-facts.js";
import type { DispatchQuery, ExplainedLineage } from "../../core/views.js";
import type { Database } from "../database.js";

const PARENTS_MAX = 100;
const ABOVE_MAX = 1_000;
/** Open jobs of a queue that are looked at for a place in it. */
const PLACE_WINDOW = 50_000;
const EXECUTIONS_WINDOW = 5_000;

interface LineageRow {
  id: number;
  key: string | null;
  type: string;
  queue_id: number;
  namespace: string;
  queue: string;
  state: number;
  state_reason: string | null;
  pending_parents: number;
  parent_ids: number[];
  attempt: number;
  max_attempts: number;
  losses: number;
  cancel_requested: boolean;
  created_at: Date;
  ready_at: Date | null;
  run_at: Date | null;
  assigned_at: Date | null;
  started_at: Date | null;
  last_ended_at: Date | null;
  finished_at: Date | null;
  execution_timeout_ms: number | null;
  error_type: string | null;
  error_message: string | null;
  worker_id: string | null;
  worker_state: number | null;
  lease_expires_at: Date | null;
  fraction: number | null;
  note: string | null;
  progress_at: Date | null;
  now: Date;
  more: boolean;
}

/** Null also when the creation time or the namespace is another. */
export async function explainJob(
  database: Database,
  namespace: string,
  { id, createdMs }: DecodedId,
): Promise<ExplainedLineage | null> {
  const { rows } = await database.run<LineageRow>("explain_job", [id, PARENTS_MAX, ABOVE_MAX]);
  const own = rows.find((row) => row.id === id);
  if (own?.namespace !== namespace || own.created_at.getTime() !== createdMs) return null;
  return {
    now: own.now,
    job: explainedJob(own),
    above: rows.filter((row) => row.id !== id).map(explainedJob),
    isCut: own.more,
  };
}

function explainedJob(row: LineageRow): ExplainedJob {
  return {
    id: row.id,
    publicId: formatId(row.id, row.created_at.getTime()),
    key: row.key,
    type: row.type,
    queueId: row.queue_id,
    queue: row.queue,
    state: stateOf(row.state),
    stateReason: row.state_reason,
    pendingParents: row.pending_parents,
    parentIds: row.parent_ids,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    losses: row.losses,
    cancelRequested: row.cancel_requested,
    createdAt: row.created_at,
    readyAt: row.ready_at,
    runAt: row.run_at,
    assignedAt: row.assigned_at,
    startedAt: row.started_at,
    lastEndedAt: row.last_ended_at,
    finishedAt: row.finished_at,
    executionTimeoutMs: row.execution_timeout_ms,
    error: row.error_type === null ? null : { errorType: row.error_type, message: row.error_message ?? "" },
    worker:
      row.worker_id === null
        ? null
        : {
            workerId: row.worker_id,
            state: WORKER_STATES[row.worker_state ?? 0] ?? "online",
            leaseExpiresAt: row.lease_expires_at,
          },
    progress: row.fraction ?? 0,
    progressNote: row.note ?? "",
    progressAt: row.progress_at,
  };
}

interface DispatchRow {
  queue_id: number;
  paused_at: Date | null;
  online: number;
  suspect: number;
  draining: number;
  slots: number;
  free: number;
  ahead: number;
  is_whole: boolean;
  subscribed: Subscribed[];
}

export async function dispatchFacts(database: Database, query: DispatchQuery): Promise<DispatchFacts> {
  const { namespace, queue, type, jobId, ageingLowMs, ageingMediumMs } = query;
  const window = jobId === null ? PLACE_WINDOW / 10 : PLACE_WINDOW;
  const values = [namespace, queue, type, jobId, window, ageingLowMs, ageingMediumMs];
  const { rows } = await database.run<DispatchRow>("explain_dispatch", values);
  const row = rows[0] as DispatchRow;
  return {
    queueId: row.queue_id,
    type,
    pausedAt: row.paused_at,
    online: row.online,
    suspect: row.suspect,
    draining: row.draining,
    slots: row.slots,
    slotsFree: row.free,
    subscribed: row.subscribed,
    ahead: jobId === null ? null : row.ahead,
    isAheadExact: row.is_whole,
  };
}

interface ServiceRow {
  samples: number;
  median_ms: number | null;
  p90_ms: number | null;
}

export async function serviceTimes(database: Database, type: string): Promise<ServiceTimes | null> {
  const { rows } = await database.run<ServiceRow>("service_times", [type, EXECUTIONS_WINDOW]);
  const [row] = rows;
  if (row === undefined || row.median_ms === null || row.p90_ms === null) return null;
  return { samples: row.samples, medianMs: row.median_ms, p90Ms: row.p90_ms };
}
