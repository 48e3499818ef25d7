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

/** What a job hands up to one above it. */
interface Raise {
  readonly parentId: number;
  readonly priority: number;
  readonly sourceId: number;
}

/** @returns jobs that are ready and changed their priority: their hints must move */
export async function raiseParents(
  database: Database,
  reopened: readonly ChangedJob[],
): Promise<ChangedJob[]> {
  const blocked = reopened.filter((job) => job.state === "blocked").map((job) => job.id);
  if (blocked.length === 0) return [];
  const handedUp = await database.hot<{ parent_id: number; priority: number; id: number }>("handed_up", [
    blocked,
  ]);
  let raises = handedUp.rows.map((row): Raise => {
    return { parentId: row.parent_id, priority: row.priority, sourceId: row.id };
  });
  const raised = new Map<number, ChangedJob>();
  for (let tries = 0; raises.length > 0 && tries < TRIES_MAX; tries++) {
    const step = await raiseOnce(database, raises);
    for (const job of step.raised) raised.set(job.id, job);
    raises = step.rest;
  }
  return [...raised.values()].filter((job) => job.state === "ready");
}

/**
 * Only what was locked in ascending order is written: whoever else holds one of these waits for nothing of ours.
 * @returns as `rest` what has to be raised besides; above a job that is urgent enough by now nothing would be found
 */
async function raiseOnce(
  database: Database,
  raises: readonly Raise[],
): Promise<{ readonly raised: readonly ChangedJob[]; readonly rest: Raise[] }> {
  return database.transaction(async (client) => {
    const values = [
      raises.map((r) => r.parentId),
      raises.map((r) => r.priority),
      raises.map((r) => r.sourceId),
    ];
    const above = await client.query<{ id: number }>(hotStatement("raise_ancestors", values));
    if (above.rows.length === 0) return { raised: [], rest: [] };
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
    const rest = rows.filter((row) => !held.has(row.id));
    return {
      raised: changed.rows.map(changedJob),
      rest: rest.map(({ id, priority, source }) => ({ parentId: id, priority, sourceId: source })),
    };
  });
}
