/**
 * Registration: worker row, epoch + 1, session row and lease in one transaction. Nothing may be pushed before its
 * commit; the caller answers the worker only after this resolves.
 */
import type { PoolClient } from "pg";
import { MusterError } from "../core/errors.js";
import type { Registered, RegisterRequest, SessionJob } from "../core/store.js";
import type { Database } from "./database.js";
import { sqlFile } from "./sql-file.js";

interface LiveSession {
  id: number;
  instance_id: string;
  server_id: string;
}

export async function register(database: Database, request: RegisterRequest): Promise<Registered> {
  return database.transaction(async (client) => {
    const { hello } = request;
    await client.query(sqlFile("register_worker"), [hello.namespace, hello.workerId]);
    const worker = await client.query<{ id: number; epoch: number }>(sqlFile("bump_epoch"), [
      hello.namespace,
      hello.workerId,
    ]);
    const { id: workerPk, epoch } = worker.rows[0] as { id: number; epoch: number };
    const live = (await client.query<LiveSession>(sqlFile("lock_live_session"), [workerPk])).rows[0];
    const resumes =
      live !== undefined && live.id === request.resumeSessionId && live.instance_id === hello.instanceId;
    if (resumes) {
      await client.query(sqlFile("resume_session"), [live.id, epoch, ...sessionColumns(request)]);
      await client.query(sqlFile("renew_lease"), [live.id, request.leaseTtlMs]);
      return {
        sessionId: live.id,
        epoch,
        resumed: true,
        replacedSessionId: null,
        formerServerId: live.server_id,
        held: await heldJobs(
          client,
          live.id,
          hello.inFlight.map((job) => job.ref.jobId),
        ),
      };
    }
    if (request.resumeSessionId !== null) {
      throw new MusterError(
        "SESSION_EXPIRED",
        `session ${request.resumeSessionId} is over: its jobs went to others`,
      );
    }
    if (live !== undefined) {
      await client.query(sqlFile("end_sessions"), [[live.id], [null], ENDED_OFFLINE, "replaced"]);
    }
    const session = await client.query<{ id: number }>(sqlFile("open_session"), [
      workerPk,
      epoch,
      ...sessionColumns(request),
    ]);
    const sessionId = session.rows[0]?.id as number;
    await client.query(sqlFile("renew_lease"), [sessionId, request.leaseTtlMs]);
    return {
      sessionId,
      epoch,
      resumed: false,
      replacedSessionId: live?.id ?? null,
      formerServerId: live?.server_id ?? null,
      held: [],
    };
  });
}

export const ENDED_LOST = 3;
export const ENDED_OFFLINE = 4;

function sessionColumns({ hello, serverId }: RegisterRequest): unknown[] {
  return [
    hello.instanceId,
    serverId,
    hello.workerName,
    hello.buildId,
    hello.sdk,
    JSON.stringify(hello.labels),
    JSON.stringify(hello.subscriptions),
    hello.maxInFlight,
  ];
}

async function heldJobs(
  client: PoolClient,
  sessionId: number,
  reported: readonly number[],
): Promise<SessionJob[]> {
  const { rows } = await client.query<{
    id: number;
    lease_epoch: number;
    created_ms: number;
    attempt: number;
    queue_id: number;
    execution_timeout_ms: number | null;
    started_at: Date | null;
    payload_bytes: number;
  }>(sqlFile("held_jobs"), [sessionId, reported]);
  return rows.map((row) => ({
    ref: { jobId: row.id, leaseEpoch: row.lease_epoch },
    createdMs: row.created_ms,
    attempt: row.attempt,
    queueId: row.queue_id,
    executionTimeoutMs: row.execution_timeout_ms,
    startedAtMs: row.started_at?.getTime() ?? null,
    payloadBytes: row.payload_bytes,
  }));
}
