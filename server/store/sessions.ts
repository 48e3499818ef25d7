/** Sessions after their registration: leases, ends, orders. Simple statements, one transaction each. */
import type { HeartbeatRow, HeldSession, ProgressRow, SessionEnd, StoredOrder } from "../core/store.js";
import type { JobRef } from "../core/job.js";
import type { SessionOrder } from "../core/settlement.js";
import type { Database } from "./database.js";

export const ORDER_KINDS = ["cancel", "revoke", "drain"] as const;
const ENDED_LOST = 3;
const ENDED_OFFLINE = 4;
const DRAINING = 2;

export async function renew(
  database: Database,
  rows: readonly HeartbeatRow[],
  leaseTtlMs: number,
): Promise<Set<number>> {
  const sorted = rows.toSorted((a, b) => a.sessionId - b.sessionId);
  const renewed = await database.hot<{ session_id: number }>("renew", [
    sorted.map((r) => r.sessionId),
    sorted.map((r) => r.epoch),
    sorted.map((r) => r.inFlight),
    sorted.map((r) => r.load.cpuFraction),
    sorted.map((r) => r.load.rssBytes),
    sorted.map((r) => r.load.loopLagMs),
    leaseTtlMs,
  ]);
  return new Set(renewed.rows.map((row) => row.session_id));
}

export async function endSessions(
  database: Database,
  held: readonly HeldSession[],
  how: SessionEnd,
  reason: string,
): Promise<number[]> {
  const state = how === "lost" ? ENDED_LOST : ENDED_OFFLINE;
  const { rows } = await database.run<{ id: number }>("end_sessions", [...heldValues(held), state, reason]);
  return rows.map((row) => row.id);
}

/** Sessions that are online; a draining one stays draining. */
export async function markSuspect(database: Database, held: readonly HeldSession[]): Promise<void> {
  if (held.length === 0) return;
  await database.run("mark_suspect", heldValues(held));
}

function heldValues(held: readonly HeldSession[]): [number[], number[]] {
  return [held.map(({ sessionId }) => sessionId), held.map(({ epoch }) => epoch)];
}

/** Online sessions stop getting jobs; those that drain already, or are over, are left as they are. */
export async function markDraining(database: Database, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await database.kysely
    .updateTable("worker_sessions")
    .set({ state: DRAINING })
    .where("id", "in", [...ids])
    .where("ended_at", "is", null)
    .where("state", "in", [0, 1])
    .returning("id")
    .execute();
  return rows.map((row) => row.id);
}

export async function expireSessions(database: Database, limit: number): Promise<number[]> {
  const { rows } = await database.run<{ id: number }>("expire_sessions", [limit]);
  return rows.map((row) => row.id);
}

export async function extendLeases(database: Database, leaseTtlMs: number): Promise<number> {
  return (await database.run("extend_leases", [leaseTtlMs])).rowCount ?? 0;
}

export async function jobsOfSessions(
  database: Database,
  sessionIds: readonly number[],
): Promise<(JobRef & { readonly sessionId: number })[]> {
  const { rows } = await database.run<{ id: number; lease_epoch: number; session_id: number }>(
    "jobs_of_sessions",
    [sessionIds],
  );
  return rows.map((row) => ({ jobId: row.id, leaseEpoch: row.lease_epoch, sessionId: row.session_id }));
}

export async function orphanedJobs(
  database: Database,
  limit: number,
): Promise<{ jobId: number; sessionId: number }[]> {
  const { rows } = await database.run<{ id: number; session_id: number }>("orphaned_jobs", [limit]);
  return rows.map((row) => ({ jobId: row.id, sessionId: row.session_id }));
}

export async function ordersFor(database: Database, held: readonly HeldSession[]): Promise<StoredOrder[]> {
  const { rows } = await database.run<{
    id: number;
    session_id: number;
    kind: number;
    job_id: number | null;
    lease_epoch: number | null;
    reason: string;
    grace_ms: number;
    created_ms: number;
    attempt: number;
  }>("orders_for", heldValues(held));
  return rows.map((row) => ({
    id: row.id,
    sessionId: row.session_id,
    kind: ORDER_KINDS[row.kind] ?? "cancel",
    jobId: row.job_id,
    leaseEpoch: row.lease_epoch,
    reason: row.reason,
    graceMs: row.grace_ms,
    createdMs: row.created_ms,
    attempt: row.attempt,
  }));
}

export async function writeOrders(database: Database, orders: readonly SessionOrder[]): Promise<void> {
  if (orders.length === 0) return;
  await database.run("write_orders", orderValues(orders));
}

/** The values of `sql/write_orders.sql`. */
export function orderValues(orders: readonly SessionOrder[]): unknown[] {
  return [
    orders.map((o) => o.sessionId),
    orders.map((o) => ORDER_KINDS.indexOf(o.kind)),
    orders.map((o) => o.jobId),
    orders.map((o) => o.leaseEpoch),
    orders.map((o) => o.reason),
    orders.map((o) => o.graceMs),
  ];
}

export async function recordProgress(database: Database, items: readonly ProgressRow[]): Promise<void> {
  // The last report of an assignment wins; a batch may hold several.
  const byAssignment = new Map<string, ProgressRow[]>();
  for (const item of items) {
    const key = `${item.ref.jobId}/${item.ref.leaseEpoch}`;
    const same = byAssignment.get(key);
    if (same === undefined) byAssignment.set(key, [item]);
    else same.push(item);
  }
  const last = [...byAssignment.values()].map(merged).toSorted((a, b) => a.ref.jobId - b.ref.jobId);
  await database.run("record_progress", [
    last.map((i) => i.ref.jobId),
    last.map((i) => i.ref.leaseEpoch),
    last.map((i) => i.started),
    last.map((i) => i.fraction),
    last.map((i) => i.note),
    last.map((i) => i.told),
    last.map((i) => i.checkpoint?.contentType ?? null),
    last.map((i) => i.checkpoint?.body ?? null),
    last.map((i) => i.checkpoint?.uri ?? null),
  ]);
}

/** @param same reports of one assignment, oldest first */
function merged(same: readonly ProgressRow[]): ProgressRow & { readonly told: boolean } {
  // A start alone tells nothing of how far it is.
  const tells = (item: ProgressRow): boolean =>
    !item.started || item.fraction > 0 || item.note !== "" || item.checkpoint !== null;
  const last = (same.findLast(tells) ?? same.at(-1)) as ProgressRow;
  const checkpoint = same.findLast((item) => item.checkpoint !== null)?.checkpoint ?? null;
  return { ...last, started: same.some((item) => item.started), checkpoint, told: same.some(tells) };
}
