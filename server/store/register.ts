/**
 * Registration: worker row, epoch + 1, session row and lease in one transaction. Nothing may be pushed before its
 * commit; the caller answers the worker only after this resolves.
 */
import type { PoolClient } from "pg";
import { MusterError } from "../core/errors.js";
import type { Registered, RegisterRequest, SessionJob } from "../core/store.js";
import { bigints } from "./binary-array.js";
import type { Database } from "./database.js";
import { hotStatement } from "./sql-file.js";

interface RegisteredRow {
  /** Null: the session to go on with is over. */
  session_id: number | null;
  epoch: number;
  resumed: boolean;
  replaced_id: number | null;
  former_server_id: string | null;
}

const STATEMENT = "select * from pg_temp.register_session($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

/** @throws MusterError SESSION_EXPIRED when the session to go on with is over; nothing is written then */
export async function register(database: Database, request: RegisterRequest): Promise<Registered> {
  return database.withHot(async (client) => {
    const row = await registerSession(client, request);
    const sessionId = row.session_id;
    if (sessionId === null) {
      throw new MusterError(
        "SESSION_EXPIRED",
        `session ${request.resumeSessionId} is over: its jobs went to others`,
      );
    }
    const reported = row.resumed ? request.hello.inFlight.map((job) => job.ref.jobId) : [];
    return {
      sessionId,
      epoch: row.epoch,
      resumed: row.resumed,
      replacedSessionId: row.replaced_id,
      formerServerId: row.former_server_id,
      held: reported.length === 0 ? [] : await heldJobs(client, sessionId, reported),
    };
  });
}

async function registerSession(client: PoolClient, request: RegisterRequest): Promise<RegisteredRow> {
  const { hello, serverId, leaseTtlMs, resumeSessionId } = request;
  const values = [
    hello.namespace,
    hello.workerId,
    hello.instanceId,
    resumeSessionId,
    leaseTtlMs,
    serverId,
    hello.workerName,
    hello.buildId,
    hello.sdk,
    JSON.stringify(hello.labels),
    JSON.stringify(hello.subscriptions),
    hello.maxInFlight,
  ];
  const { rows } = await client.query<RegisteredRow>({ name: "register_session", text: STATEMENT, values });
  return rows[0] as RegisteredRow;
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
    is_timed: boolean;
    payload_bytes: number;
    dependents: number;
  }>(hotStatement("held_jobs", [sessionId, bigints(reported)]));
  return rows.map((row) => ({
    ref: { jobId: row.id, leaseEpoch: row.lease_epoch },
    createdMs: row.created_ms,
    attempt: row.attempt,
    queueId: row.queue_id,
    isTimed: row.is_timed,
    payloadBytes: row.payload_bytes,
    dependents: row.dependents,
  }));
}
