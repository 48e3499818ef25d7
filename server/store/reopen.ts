/**
 * Reopens jobs in one transaction: locks them, their parents and all that their end had reached in ascending id, lets a
 * pure function of core decide, applies. The edges are read again under the locks until nothing new appears. Called by
 * the retry of dead letters and by the redrive, which brings its own transaction.
 */
import type { PoolClient } from "pg";
import { MusterError } from "../core/errors.js";
import { decideReopenAll, type Reopened } from "../core/reopen.js";
import type { ChangedJob, Edge, LockedJob } from "../core/settlement.js";
import { refile } from "./dead-letters.js";
import { apply, lockJobs } from "./settle.js";
import { hotStatement } from "./sql-file.js";

const LOCK_ROUNDS_MAX = 8;

export type ReopenedJobs = Omit<Reopened, "decision"> & { readonly changed: readonly ChangedJob[] };

/** @param ids what is not dead any more is left as it is */
export async function reopenWithin(client: PoolClient, ids: readonly number[]): Promise<ReopenedJobs> {
  if (ids.length === 0) return { retried: [], revived: [], refused: [], changed: [] };
  const jobs = new Map<number, LockedJob>();
  let nowMs = 0;
  let edges = await edgesAround(client, ids);
  const tried = new Set<number>();
  for (let round = 0; ; round++) {
    const around = edges.flatMap(({ parentId, childId }) => [parentId, childId]);
    // Not those that were not there: a parent that was pruned is named by its child for ever.
    const wanted = [...new Set([...ids, ...around])].filter((id) => !tried.has(id));
    if (wanted.length === 0) break;
    if (round === LOCK_ROUNDS_MAX)
      throw new MusterError("BUG", `dependents kept appearing in ${LOCK_ROUNDS_MAX} rounds of locking`);
    const locked = await lockJobs(client, wanted);
    for (const [id, job] of locked.jobs) jobs.set(id, job);
    for (const id of wanted) tried.add(id);
    nowMs = locked.nowMs ?? nowMs;
    edges = await edgesAround(client, ids);
  }
  const { decision, ...reopened } = decideReopenAll({ jobs, edges, nowMs }, ids);
  const changed = await apply(client, decision);
  await refile(client, jobs, decision.changes);
  return { ...reopened, changed };
}

async function edgesAround(client: PoolClient, ids: readonly number[]): Promise<Edge[]> {
  const { rows } = await client.query<{ parent_id: number; child_id: number }>(
    hotStatement("reopen_reach", [ids]),
  );
  return rows.map((row) => ({ parentId: row.parent_id, childId: row.child_id }));
}
