/** The parents of a linked submission: read, locked and checked; and what above them has to be raised. */
import type { PoolClient } from "pg";
import { invalid } from "../core/errors.js";
import { formatId } from "../core/job-id.js";
import { stateOf, type NewJob } from "../core/job.js";
import { planSubmission, type EarlierParent, type PriorityRaise } from "../core/plan.js";
import type { LinkedSubmission } from "../core/store.js";
import type { KeyedId } from "./idempotency.js";
import { hotStatement } from "./sql-file.js";

interface ParentRow {
  id: number;
  state: number;
  base_priority: number;
  effective_priority: number;
  inherit_priority: boolean;
  created_at: Date;
  namespace: string;
}

/**
 * Locks the parents of a submission; and the open jobs above them as well, with a stronger lock, when a new job is more
 * urgent than they are.
 * @throws MusterError PARENT_MISSING, with each field that names a parent that does not exist
 */
export async function lockParents(
  client: PoolClient,
  submission: LinkedSubmission,
  jobs: readonly NewJob[],
  newIds: readonly number[],
  existing: ReadonlyMap<number, KeyedId>,
): Promise<{
  readonly parents: Map<number, EarlierParent>;
  /** Jobs whose priority may be written, since their locks are strong enough. */
  readonly raisable: ReadonlySet<number>;
}> {
  const wanted = new Map<number, number>(
    submission.earlierParents.map((parent) => [parent.id, parent.createdMs]),
  );
  for (const keyed of existing.values()) wanted.set(keyed.id, keyed.createdMs);
  const ids = [...wanted.keys()].toSorted((a, b) => a - b);
  if (ids.length === 0) return { parents: new Map(), raisable: new Set() };
  const glance = (await client.query<ParentRow>(hotStatement("read_parents", [ids]))).rows;
  const above = await raisedBy(client, planSubmission(jobs, newIds, toParents(glance), 0).raises);
  const strong = above.length > 0;
  const all = [...new Set([...ids, ...above.map((row) => row.id)])].toSorted((a, b) => a - b);
  const { rows } = await client.query<ParentRow>(
    hotStatement(strong ? "lock_parents_strong" : "lock_parents", [all]),
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  const missing = [...wanted].filter(([id, createdMs]) => {
    const row = found.get(id);
    return (
      row === undefined || row.created_at.getTime() !== createdMs || row.namespace !== submission.namespace
    );
  });
  if (missing.length > 0) {
    throw invalid(
      "PARENT_MISSING",
      missing.flatMap(([id, createdMs]) =>
        fieldsOf(submission, id).map((field) => ({
          field,
          expected: "the id of a job in this namespace",
          got: `${formatId(id, createdMs)}, which does not exist`,
        })),
      ),
    );
  }
  return {
    parents: toParents(rows.filter((row) => wanted.has(row.id))),
    raisable: new Set(strong ? all : []),
  };
}

function fieldsOf({ earlierParents }: LinkedSubmission, id: number): readonly string[] {
  return earlierParents.find((parent) => parent.id === id)?.fields ?? ["depends_on"];
}

function toParents(rows: readonly ParentRow[]): Map<number, EarlierParent> {
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        state: stateOf(row.state),
        basePriority: row.base_priority,
        effectivePriority: row.effective_priority,
        inheritPriority: row.inherit_priority,
      },
    ]),
  );
}

/** Which open jobs have to be raised for these. */
export async function raisedBy(
  client: PoolClient,
  raises: readonly PriorityRaise[],
): Promise<readonly { readonly id: number; readonly priority: number; readonly source: number }[]> {
  if (raises.length === 0) return [];
  const { rows } = await client.query<{ id: number; priority: number; source: number }>(
    hotStatement("raise_ancestors", [
      raises.map((r) => r.parentId),
      raises.map((r) => r.priority),
      raises.map((r) => r.sourceId),
    ]),
  );
  return rows;
}
