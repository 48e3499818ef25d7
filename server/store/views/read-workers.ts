/**
 * Workers as they are shown: the live session of each, else its last one, with what its last heartbeat said. Both
 * worker queries are built on this; the caller adds filters and order.
 */
import { sql, type Kysely } from "kysely";
import {
  WORKER_STATES,
  type Subscription,
  type WorkerState,
  type WorkerView,
} from "../../core/operations.js";
import type { Schema, SessionLeasesTable, WorkerSessionsTable, WorkersTable } from "../schema.js";

export interface WorkerFilter {
  readonly namespace: string;
  readonly workerId?: string;
  /** Empty: every state. */
  readonly states: readonly WorkerState[];
  /** Workers with a greater `workers.id`. */
  readonly afterPk?: number;
  readonly limit: number;
}

const LIVE_STATES: readonly WorkerState[] = ["online", "suspect", "draining"];

/**
 * In ascending `workers.id`, keys of the map. Asked for live states alone it reads only sessions that have not
 * ended, through worker_sessions_live; otherwise the workers of the namespace with one index look-up each.
 */
export async function readWorkers(
  kysely: Kysely<Schema>,
  filter: WorkerFilter,
): Promise<Map<number, WorkerView>> {
  const onlyLive = filter.states.length > 0 && filter.states.every((state) => LIVE_STATES.includes(state));
  const rows = await kysely
    .selectFrom("workers as w")
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom("worker_sessions as one")
          .selectAll()
          .whereRef("one.worker_pk", "=", "w.id")
          // At most one is live; without order and limit the planner makes a plain join of it.
          .$if(onlyLive, (sessions) => sessions.where("one.ended_at", "is", null))
          .$if(!onlyLive, (sessions) => sessions.orderBy("one.id", "desc").limit(1))
          .as("s"),
      (join) => join.onTrue(),
    )
    .leftJoin("session_leases as l", "l.session_id", "s.id")
    .selectAll("s")
    .select(["w.id as pk", "w.namespace", "w.worker_id"])
    .select(["l.expires_at", "l.last_heartbeat_at", "l.in_flight", "l.cpu_fraction", "l.rss_bytes"])
    .select("l.loop_lag_ms")
    .where("w.namespace", "=", filter.namespace)
    .$if(filter.workerId !== undefined, (query) => query.where("w.worker_id", "=", filter.workerId ?? ""))
    .$if(filter.afterPk !== undefined, (query) => query.where("w.id", ">", filter.afterPk ?? 0))
    .$if(filter.states.length > 0, (query) =>
      query.where(
        "s.state",
        "=",
        sql<number>`any(${filter.states.map((state) => WORKER_STATES.indexOf(state))}::smallint[])`,
      ),
    )
    .orderBy("w.id")
    .limit(filter.limit)
    .execute();
  return new Map(rows.map((row) => [row.pk, workerView(row)]));
}

type WorkerRow = { [K in "namespace" | "worker_id"]: WorkersTable[K] } & {
  [K in Exclude<keyof WorkerSessionsTable, "id" | "registered_at">]: WorkerSessionsTable[K];
} & { id: number; registered_at: Date } & {
  [K in Extract<keyof SessionLeasesTable, "expires_at" | "last_heartbeat_at">]: SessionLeasesTable[K] | null;
} & {
  in_flight: number | null;
  cpu_fraction: number | null;
  rss_bytes: number | null;
  loop_lag_ms: number | null;
};

function workerView(row: WorkerRow): WorkerView {
  const state = WORKER_STATES[row.state];
  if (state === undefined) throw new RangeError(`worker state code: expected 0..4, got ${row.state}`);
  return {
    namespace: row.namespace,
    workerId: row.worker_id,
    workerName: row.worker_name,
    state,
    sessionId: row.id,
    sessionEpoch: row.epoch,
    serverId: row.server_id,
    instanceId: row.instance_id,
    subscriptions: subscriptionsOf(row.subscriptions),
    maxInFlight: row.max_in_flight,
    inFlight: row.in_flight ?? 0,
    labels: row.labels,
    sdk: row.sdk,
    buildId: row.build_id,
    registeredAt: row.registered_at,
    lastHeartbeatAt: row.last_heartbeat_at,
    leaseExpiresAt: row.expires_at,
    load: {
      cpuFraction: row.cpu_fraction ?? 0,
      rssBytes: row.rss_bytes ?? 0,
      loopLagMs: row.loop_lag_ms ?? 0,
    },
    endReason: row.end_reason,
  };
}

/** Written by registration from a validated Hello. */
function subscriptionsOf(stored: unknown): readonly Subscription[] {
  return Array.isArray(stored) ? (stored as readonly Subscription[]) : [];
}
