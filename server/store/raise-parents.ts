/**
 * Jobs that wait again hand their priority up again: raises the open jobs above reopened ones. Priority is advice, not
 * safety, so this is a transaction of its own after the one that reopened them.
 */
import type { ChangedJob } from "../core/settlement.js";
import type { Database } from "./database.js";
import { changedJob, type ChangedRow } from "./rows.js";
import { hotStatement } from "./sql-file.js";

/** Between the look and the locks a priority above may sink, so that more has to be raised than was locked. */
const TRIES_MAX = 3;

/** @returns jobs that are ready and changed their priority: their hints must move */
export async function raiseParents(
  database: Database,
  reopened: readonly ChangedJob[],
): Promise<ChangedJob[]> {
  const blocked = reopened.filter((job) => job.state === "blocked").map((job) => job.id);
  const raised = new Map<number, ChangedJob>();
  let isDone = blocked.length === 0;
  for (let tries = 0; !isDone && tries < TRIES_MAX; tries++) {
    const step = await raiseOnce(database, blocked);
    for (const job of step.raised) raised.set(job.id, job);
    isDone = step.isDone;
  }
  return [...raised.values()].filter((job) => job.state === "ready");
}

/** Only what was locked in ascending order is written: whoever else holds one of these waits for nothing of ours. */
async function raiseOnce(
  database: Database,
  blocked: readonly number[],
): Promise<{ readonly raised: readonly ChangedJob[]; readonly isDone: boolean }> {
  return database.transaction(async (client) => {
    const { rows: wanted } = await client.query<{ parent_id: number; priority: number; id: number }>(
      hotStatement("handed_up", [blocked]),
    );
    const values = [wanted.map((w) => w.parent_id), wanted.map((w) => w.priority), wanted.map((w) => w.id)];
    const above = await client.query<{ id: number }>(hotStatement("raise_ancestors", values));
    if (above.rows.length === 0) return { raised: [], isDone: true };
    const locked = await client.query<{ id: number }>(
      hotStatement("lock_priorities", [above.rows.map((row) => row.id)]),
    );
    const held = new Set(locked.rows.map((row) => row.id));
    // Computed again under the locks.
    const { rows } = await client.query<{ id: number; priority: number; source: number }>(
      hotStatement("raise_ancestors", values),
    );
    const own = rows.filter((row) => held.has(row.id));
    const changed = await client.query<ChangedRow>(
      hotStatement("set_effective", [
        own.map((row) => row.id),
        own.map((row) => row.priority),
        own.map((row) => row.source),
      ]),
    );
    return { raised: changed.rows.map(changedJob), isDone: own.length === rows.length };
  });
}
