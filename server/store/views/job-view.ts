/**
 * How a job's row, joined with what it names, becomes a `JobView`. Pure; `read-jobs.ts` brings the rows. Public ids
 * are made here, since they need the creation time of the job that they name.
 */
import { DEFAULT_BACKOFF } from "../../core/retry.js";
import { formatId } from "../../core/job-id.js";
import { PARENT_FAILURE_POLICIES, stateOf, type ExecutionView, type JobView } from "../../core/job.js";
import { EXECUTION_OUTCOMES } from "../../core/settlement.js";
import { payloadOf } from "../rows.js";
import type { JobsTable, StoredError } from "../schema.js";

export interface JobRow extends Omit<
  JobsTable,
  | "payload"
  | "output"
  | "base_priority"
  | "has_parents"
  | "dependents"
  | "limited"
  | "waiting_since"
  | "slack_ms"
> {
  readonly version: string;
  /** There is a limit that counts it. */
  readonly may_be_held: boolean;
  /** Null also when bodies were not asked for, as is the output. */
  readonly payload: Buffer | null;
  readonly output: Buffer | null;
  readonly namespace: string;
  readonly queue: string;
  readonly graph_created_at: Date | null;
  readonly source_created_at: Date | null;
  readonly worker_id: string | null;
  readonly started_at: Date | null;
  readonly fraction: number | null;
  readonly note: string | null;
  readonly fingerprint: string | null;
  readonly discarded_at: Date | null;
  /** Null when they were not asked for, as are the checkpoint and its time. */
  readonly executions: readonly ExecutionRow[] | null;
  readonly checkpoint_type: string | null;
  readonly checkpoint: Buffer | null;
  readonly checkpoint_uri: string | null;
  readonly progress_at: Date | null;
}

/** Travels as JSON, so times are texts. */
export interface ExecutionRow {
  readonly attempt: number;
  readonly lease_epoch: number;
  readonly session_id: number;
  readonly worker_id: string;
  readonly assigned_at: Date | string;
  readonly started_at: Date | string | null;
  readonly ended_at: Date | string | null;
  readonly outcome: number | null;
  readonly error: StoredError | null;
}

export interface ViewOptions {
  /** Of every parent that still exists; one that was pruned has no public id and is left out. */
  readonly createdAt: ReadonlyMap<number, Date>;
  /** Whether payload and output were read. */
  readonly bodies: boolean;
}

export function jobView(row: JobRow, { createdAt, bodies }: ViewOptions): JobView {
  const parentIds = row.parent_ids ?? [];
  return {
    id: row.id,
    publicId: formatId(row.id, row.created_at.getTime()),
    namespace: row.namespace,
    queue: row.queue,
    type: row.type,
    key: row.key,
    graphPublicId: publicIdOf(row.graph_id, row.graph_created_at),
    state: stateOf(row.state),
    stateReason: row.state_reason,
    priority: row.priority,
    effectivePriority: row.effective_priority,
    priorityReason: priorityReason(row.priority_source, parentIds),
    prioritySourcePublicId: publicIdOf(row.priority_source, row.source_created_at),
    inheritPriority: row.inherit_priority,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    generation: row.generation,
    leaseEpoch: row.lease_epoch,
    losses: row.losses,
    pendingParents: row.pending_parents,
    onParentFailure: PARENT_FAILURE_POLICIES[row.on_parent_failure] ?? "cancel",
    payload: bodies ? payloadOf(row.payload_type, row.payload, row.payload_uri) : null,
    output: bodies ? payloadOf(row.output_type, row.output, row.output_uri) : null,
    error: row.error,
    backoff: row.backoff ?? DEFAULT_BACKOFF,
    executionTimeoutMs: row.execution_timeout_ms,
    startTimeoutMs: row.start_timeout_ms,
    progressTimeoutMs: row.progress_timeout_ms,
    stopReason: row.stop_reason,
    stopBy: row.stop_by,
    createdAt: row.created_at,
    readyAt: row.ready_at,
    runAt: row.run_at,
    startedAt: row.started_at ?? row.assigned_at,
    finishedAt: row.finished_at,
    workerId: row.worker_id,
    labels: row.labels ?? {},
    headers: row.headers ?? {},
    dependsOn: parentIds.flatMap((id) => publicIdOf(id, createdAt.get(id) ?? null) ?? []),
    idempotencyKey: row.idempotency_key,
    concurrency:
      row.concurrency_key === null ? null : { key: row.concurrency_key, limit: row.concurrency_limit },
    heldBy: [],
    cancelRequested: row.cancel_requested,
    progress: row.fraction ?? 0,
    progressNote: row.note ?? "",
    fingerprint: row.fingerprint,
    discardedAt: row.discarded_at,
    executions: (row.executions ?? []).map(executionView),
    lostWorkers: lostWorkers(row),
    checkpoint: checkpointOf(row),
  };
}

/** The last ones: each loss of this generation ended one execution, and a retry begins to count anew. */
function lostWorkers({ losses, executions }: JobRow): string[] {
  const lost = (executions ?? []).filter(({ outcome }) => outcome === EXECUTION_OUTCOMES.indexOf("lost"));
  return lost.slice(Math.max(0, lost.length - losses)).map((execution) => execution.worker_id);
}

function checkpointOf(row: JobRow): JobView["checkpoint"] {
  const payload = payloadOf(row.checkpoint_type, row.checkpoint, row.checkpoint_uri);
  return payload === null || row.progress_at === null ? null : { payload, at: row.progress_at };
}

function executionView(row: ExecutionRow): ExecutionView {
  return {
    attempt: row.attempt,
    leaseEpoch: row.lease_epoch,
    workerId: row.worker_id,
    sessionId: row.session_id,
    assignedAt: new Date(row.assigned_at),
    startedAt: row.started_at === null ? null : new Date(row.started_at),
    endedAt: row.ended_at === null ? null : new Date(row.ended_at),
    outcome: row.outcome === null ? null : (EXECUTION_OUTCOMES[row.outcome] ?? null),
    error: row.error,
  };
}

/** What comes from a parent was inherited at submission; what comes from anybody else came up from a dependent. */
function priorityReason(source: number | null, parentIds: readonly number[]): JobView["priorityReason"] {
  if (source === null) return "own";
  return parentIds.includes(source) ? "inherited" : "raised";
}

function publicIdOf(id: number | null, createdAt: Date | null): string | null {
  return id === null || createdAt === null ? null : formatId(id, createdAt.getTime());
}
