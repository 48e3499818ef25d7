/**
 * Registration: worker rows, epoch + 1, session rows and leases of all workers that come together, in one
 * transaction. Nothing may be pushed before its commit; the caller answers the workers only after this resolves.
 */
import type { PoolClient } from "pg";
import type { Registered, RegisterRequest, SessionJob } from "../core/store.js";
import { bigints, jsonbs, texts } from "./binary-array.js";
import type { Database } from "./database.js";
import { type PreparedValue, runPrepared } from "./prepared.js";
import { hotStatement } from "./sql-file.js";

interface RegisteredRow {
  /** Of the request, from 1. */
  place: number;
  session_id: number;
  epoch: number;
  resumed: boolean;
  replaced_id: number | null;
  former_server_id: string | null;
}

const STATEMENT = "select * from pg_temp.register_sessions($1, $2, $3, $4, $5)";

/**
 * @param requests of different workers
 * @returns for each, in order: what became of it, or null when the session to go on with is over
 */
export async function register(
  database: Database,
  requests: readonly RegisterRequest[],
): Promise<(Registered | null)[]> {
  return database.withHot(async (client) => {
    const { rows } = await runPrepared<RegisteredRow>(client, {
      name: "register_sessions",
      text: STATEMENT,
      values: valuesOf(requests),
    });
    const held = await heldJobs(client, rows, requests);
    const registered = requests.map((): Registered | null => null);
    for (const row of rows) {
      registered[row.place - 1] = {
        sessionId: row.session_id,
        epoch: row.epoch,
        resumed: row.resumed,
        replacedSessionId: row.replaced_id,
        formerServerId: row.former_server_id,
        held: held.get(row.session_id) ?? [],
      };
    }
    return registered;
  });
}

function valuesOf(requests: readonly RegisterRequest[]): PreparedValue[] {
  const hellos = requests.map(({ hello }) => hello);
  return [
    texts(hellos.map((hello) => hello.namespace)),
    texts(hellos.map((hello) => hello.workerId)),
    texts(hellos.map((hello) => hello.instanceId)),
    bigints(requests.map((request) => request.resumeSessionId)),
    jsonbs(
      requests.map(({ hello, serverId, leaseTtlMs }) => {
        const { workerName, buildId, sdk, labels, subscriptions, maxInFlight } = hello;
        const who = { workerName, buildId, sdk, labels, subscriptions, maxInFlight };
        return JSON.stringify({ serverId, leaseTtlMs, ...who });
      }),
    ),
  ];
}

/** Of what the workers that go on report, what their sessions still hold; by session. */
async function heldJobs(
  client: PoolClient,
  rows: readonly RegisteredRow[],
  requests: readonly RegisterRequest[],
): Promise<Map<number, SessionJob[]>> {
  const sessionIds: number[] = [];
  const jobIds: number[] = [];
  for (const { place, resumed, session_id: sessionId } of rows) {
    if (!resumed) continue;
    for (const { ref } of requests[place - 1]?.hello.inFlight ?? []) {
      sessionIds.push(sessionId);
      jobIds.push(ref.jobId);
    }
  }
  const held = new Map<number, SessionJob[]>();
  if (jobIds.length === 0) return held;
  const { rows: jobs } = await client.query<{
    id: number;
    session_id: number;
    lease_epoch: number;
    created_ms: number;
    attempt: number;
    queue_id: number;
    is_timed: boolean;
    payload_bytes: number;
    dependents: number;
  }>(hotStatement("held_jobs", [bigints(sessionIds), bigints(jobIds)]));
  for (const row of jobs) {
    let ofSession = held.get(row.session_id);
    if (ofSession === undefined) held.set(row.session_id, (ofSession = []));
    ofSession.push({
      ref: { jobId: row.id, leaseEpoch: row.lease_epoch },
      createdMs: row.created_ms,
      attempt: row.attempt,
      queueId: row.queue_id,
      isTimed: row.is_timed,
      payloadBytes: row.payload_bytes,
      dependents: row.dependents,
    });
  }
  return held;
}
