/**
 * Lets raised priorities sink back after a dependent ended or left: locks the open jobs above it in ascending id and
 * computes each one's effective priority anew, children before parents. Priority is advice, not safety, so this is a
 * transaction of its own after the one that ended the dependent.
 */
import type { ChangedJob } from "../core/settlement.js";
import type { Database } from "./database.js";
import { changedJob, type ChangedRow } from "./rows.js";
import { hotStatement } from "./sql-file.js";

interface PriorityRow {
  id: number;
  base_priority: number;
  effective_priority: number;
  priority: number;
  inherit_priority: boolean;
  priority_source: number | null;
  parent_ids: number[] | null;
}

/** @returns jobs that are ready and changed their priority: their hints must move */
export async function lowerAncestors(database: Database, endedIds: readonly number[]): Promise<ChangedJob[]> {
  if (endedIds.length === 0) return [];
  return database.transaction(async (client) => {
    const above = await client.query<{ id: number }>(hotStatement("ancestors_above", [endedIds]));
    if (above.rows.length === 0) return [];
    const ids = above.rows.map((row) => row.id).toSorted((a, b) => a - b);
    const locked = (await client.query<PriorityRow>(hotStatement("lock_priorities", [ids]))).rows;
    const { rows: edges } = await client.query<{
      parent_id: number;
      child_id: number;
      effective_priority: number;
    }>(hotStatement("open_dependents", [locked.map((row) => row.id)]));
    const changes = recompute(locked, edges);
    if (changes.length === 0) return [];
    const { rows } = await client.query<ChangedRow>(
      hotStatement("set_effective", [
        changes.map((c) => c.id),
        changes.map((c) => c.priority),
        changes.map((c) => c.source),
      ]),
    );
    return rows.map(changedJob).filter((job) => job.state === "ready");
  });
}

function recompute(
  locked: readonly PriorityRow[],
  edges: readonly {
    readonly parent_id: number;
    readonly child_id: number;
    readonly effective_priority: number;
  }[],
): { id: number; priority: number; source: number | null }[] {
  const handedUp = new Map(edges.map((edge) => [edge.child_id, edge.effective_priority]));
  const childrenOf = new Map<number, number[]>();
  for (const edge of edges)
    childrenOf.set(edge.parent_id, [...(childrenOf.get(edge.parent_id) ?? []), edge.child_id]);
  const changes: { id: number; priority: number; source: number | null }[] = [];
  // A child's id is above its parent's, so descending order sees every child's new value first.
  for (const row of locked.toReversed()) {
    let priority = row.base_priority;
    let source = row.base_priority > row.priority ? inheritedFrom(row) : null;
    for (const child of childrenOf.get(row.id) ?? []) {
      const theirs = handedUp.get(child) ?? Number.NEGATIVE_INFINITY;
      // Of dependents that are equally urgent the one that it came from so far stays.
      const isBetter =
        theirs > priority || (theirs === priority && source !== null && child === row.priority_source);
      if (row.inherit_priority && theirs > row.base_priority && isBetter) {
        priority = theirs;
        source = child;
      }
    }
    handedUp.set(row.id, priority);
    if (priority !== row.effective_priority || source !== row.priority_source)
      changes.push({ id: row.id, priority, source });
  }
  return changes;
}

/** Which parent a base came from is not stored; the first parent stands for it. */
function inheritedFrom(row: PriorityRow): number | null {
  return row.parent_ids?.[0] ?? null;
}
