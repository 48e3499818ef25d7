/**
 * Jobs that wait again hand their priority up again: raises the open jobs above reopened ones. Priority is advice, not
 * safety, so this is a transaction of its own after the one that reopened them.
 */
import type { ChangedJob } from "../core/settlement.js";
import type { Database } from "./database.js";
import { changedJob, type ChangedRow } from "./rows.js";
import { hotStatement } from "./sql-file.js";

/** @returns jobs that are ready and changed their priority: their hints must move */
export async function raiseParents(
  database: Database,
  reopened: readonly ChangedJob[],
): Promise<ChangedJob[]> {
  const blocked = reopened.filter((job) => job.state === "blocked").map((job) => job.id);
  if (blocked.length === 0) return [];
  return database.transaction(async (client) => {
    const { rows: wanted } = await client.query<{ parent_id: number; priority: number; id: number }>(
      hotStatement("handed_up", [blocked]),
    );
    const values = [wanted.map((w) => w.parent_id), wanted.map((w) => w.priority), wanted.map((w) => w.id)];
    const above = await client.query<{ id: number }>(hotStatement("raise_ancestors", values));
    if (above.rows.length === 0) return [];
    await client.query(hotStatement("lock_priorities", [above.rows.map((row) => row.id)]));
    // Computed again under the locks.
    const { rows } = await client.query<{ id: number; priority: number; source: number }>(
      hotStatement("raise_ancestors", values),
    );
    const raised = await client.query<ChangedRow>(
      hotStatement("set_effective", [
        rows.map((row) => row.id),
        rows.map((row) => row.priority),
        rows.map((row) => row.source),
      ]),
    );
    return raised.rows.map(changedJob).filter((job) => job.state === "ready");
  });
}
