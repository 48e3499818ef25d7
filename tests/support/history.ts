/**
 * What happened, told by three witnesses: the client that submitted and cancelled, the workers' own logs, and the
 * server's rows of executions and sessions. history-checks.ts says whether the three can be true together. Client
 * and workers are trusted first; the rows are checked against them. All times are ms since 1970 of one machine.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import pg from "pg";
import { formatId } from "../../server/core/job-id.js";
import { type JobState, stateOf } from "../../server/core/job.js";
import { EXECUTION_OUTCOMES, type ExecutionOutcome } from "../../server/core/settlement.js";

/** One job of a submission that was acknowledged, or (`jobId` null) whose answer was lost. */
export interface SubmittedRecord {
  readonly jobId: string | null;
  readonly idempotencyKey?: string;
  readonly payloadSha256: string;
  /** Ids of the parents. */
  readonly parents: readonly string[];
  readonly onParentFailure: "cancel" | "run" | "fail";
  readonly maxAttempts: number;
  /** Least time between an attempt that failed and the next, ms; none when absent. */
  readonly backoffMs?: number;
}

/** A cancel or a retry by hand that was answered, or a terminal state that was read. */
export interface ClientRecord {
  readonly kind: "cancelled" | "retried" | "seen";
  readonly atMs: number;
  readonly jobId: string;
  /** Of `seen`. */
  readonly state?: JobState;
}

/** A line of a worker's log: what `muster worker --log-file` writes. */
export interface WorkerRecord {
  readonly atMs: number;
  readonly workerId: string;
  readonly pid: number;
  readonly event: "session" | "recv" | "start" | "end" | "ack";
  /** Of `session`. */
  readonly sessionId?: string;
  /** Of all others. */
  readonly jobId?: string;
  readonly attempt?: number;
  readonly leaseEpoch?: number;
  readonly outcome?: string;
  readonly payloadSha256?: string;
  readonly willRetry?: boolean;
}

export interface ExecutionRecord {
  readonly jobId: string;
  readonly leaseEpoch: number;
  readonly attempt: number;
  readonly sessionId: string;
  readonly assignedMs: number;
  readonly endedMs: number | null;
  readonly outcome: ExecutionOutcome | null;
}

export interface SessionRecord {
  readonly sessionId: string;
  readonly workerId: string;
  readonly registeredMs: number;
  readonly maxInFlight: number;
  readonly namespace: string;
  readonly subscriptions: readonly { readonly queue: string; readonly jobTypes: readonly string[] }[];
  /** The replica that had its stream last. */
  readonly serverId: string;
  readonly endedMs: number | null;
  readonly endReason: string | null;
}

export interface FinalJob {
  /** Of its submission; null when it had none. */
  readonly key: string | null;
  readonly state: JobState;
  readonly leaseEpoch: number;
  readonly finishedMs: number | null;
  readonly namespace: string;
  readonly queue: string;
  readonly type: string;
  readonly priority: number;
  /** First became ready. */
  readonly readyMs: number | null;
}

export interface History {
  readonly submitted: readonly SubmittedRecord[];
  readonly client: readonly ClientRecord[];
  /** In the order of their times. */
  readonly workers: readonly WorkerRecord[];
  readonly executions: readonly ExecutionRecord[];
  readonly sessions: readonly SessionRecord[];
  readonly finalJobs: ReadonlyMap<string, FinalJob>;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Of one file that several workers may share. A last line that was cut off by a kill is left out. */
export function readWorkerLog(path: string): WorkerRecord[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as WorkerRecord).sort((a, b) => a.atMs - b.atMs);
}

interface ExecutionRow {
  readonly job_id: string;
  readonly created_ms: string;
  readonly lease_epoch: number;
  readonly attempt: number;
  readonly session_id: string;
  readonly assigned_ms: string;
  readonly ended_ms: string | null;
  readonly outcome: number | null;
}

interface SessionRow extends Record<
  "id" | "worker_id" | "namespace" | "at" | "max_in_flight" | "server_id",
  string
> {
  readonly subscriptions: SessionRecord["subscriptions"];
  readonly ended_ms: string | null;
  readonly end_reason: string | null;
}

interface JobRow extends Record<
  "id" | "created_ms" | "state" | "lease_epoch" | "namespace" | "queue" | "type",
  string
> {
  readonly key: string | null;
  readonly at: string | null;
  readonly effective_priority: string;
  readonly ready_ms: string | null;
}

const MS = (column: string): string => `extract(epoch from ${column}) * 1000`;

/**
 * The server's side of a history, as its rows tell it.
 * @param database its URL, or how an embedded one is reached
 */
export async function readServerRecords(
  database: string | pg.ClientConfig,
): Promise<Pick<History, "executions" | "sessions" | "finalJobs">> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    const executions = await client.query<ExecutionRow>(
      `select e.job_id, ${MS("j.created_at")} as created_ms, e.lease_epoch, e.attempt, e.session_id,
              ${MS("e.assigned_at")} as assigned_ms, ${MS("e.ended_at")} as ended_ms, e.outcome
         from job_executions e join jobs j on j.id = e.job_id order by e.job_id, e.lease_epoch`,
    );
    const sessions = await client.query<SessionRow>(
      `select s.id, w.worker_id, w.namespace, ${MS("s.registered_at")} as at, s.max_in_flight, s.subscriptions,
              s.server_id, ${MS("s.ended_at")} as ended_ms, s.end_reason
         from worker_sessions s join workers w on w.id = s.worker_pk`,
    );
    const jobs = await client.query<JobRow>(
      `select j.id, j.key, ${MS("j.created_at")} as created_ms, j.state, j.lease_epoch, ${MS("j.finished_at")} as at,
              q.namespace, q.name as queue, j.type, j.effective_priority, ${MS("j.ready_at")} as ready_ms
         from jobs j join queues q on q.id = j.queue_id`,
    );
    return {
      executions: executions.rows.map(toExecution),
      sessions: sessions.rows.map((row) => ({
        sessionId: row.id,
        workerId: row.worker_id,
        registeredMs: Number(row.at),
        maxInFlight: Number(row.max_in_flight),
        namespace: row.namespace,
        subscriptions: row.subscriptions,
        serverId: row.server_id,
        endedMs: row.ended_ms === null ? null : Number(row.ended_ms),
        endReason: row.end_reason,
      })),
      finalJobs: new Map(
        jobs.rows.map((row) => [
          formatId(Number(row.id), Number(row.created_ms)),
          {
            key: row.key,
            state: stateOf(Number(row.state)),
            leaseEpoch: Number(row.lease_epoch),
            finishedMs: row.at === null ? null : Number(row.at),
            namespace: row.namespace,
            queue: row.queue,
            type: row.type,
            priority: Number(row.effective_priority),
            readyMs: row.ready_ms === null ? null : Number(row.ready_ms),
          },
        ]),
      ),
    };
  } finally {
    await client.end();
  }
}

function toExecution(row: ExecutionRow): ExecutionRecord {
  return {
    jobId: formatId(Number(row.job_id), Number(row.created_ms)),
    leaseEpoch: row.lease_epoch,
    attempt: row.attempt,
    sessionId: row.session_id,
    assignedMs: Number(row.assigned_ms),
    endedMs: row.ended_ms === null ? null : Number(row.ended_ms),
    outcome: row.outcome === null ? null : (EXECUTION_OUTCOMES[row.outcome] ?? null),
  };
}
