/**
 * Reads jobs by internal id with everything a `JobView` shows, each in one statement and so from one snapshot; only the
 * creation times of parents, which never change, come from another. Cost: a few primary key look-ups a job.
 */
import type { SomeJobs, VersionedJob } from "../../core/views.js";
import type { Database } from "../database.js";
import { jobView, type JobRow } from "./job-view.js";

export interface ReadOptions {
  readonly bodies: boolean;
  readonly executions: boolean;
}

export interface ReadJob extends VersionedJob {
  /** A limit counts it, which may hold it back. `heldBy` of the view is empty all the same. */
  readonly mayBeHeld: boolean;
}

interface SomeReadJobs extends SomeJobs {
  readonly jobs: ReadonlyMap<number, ReadJob>;
}

/** Jobs that are read in one statement: whoever looks for one goes in between. */
const JOBS_BATCH = 100;
/** Of their payloads and outputs together, each of which may have megabytes; the last one may exceed it. */
const BODIES_BYTES = 4 * 1024 * 1024;
/** Parents whose creation times are read in one statement. */
const PARENTS_BATCH = 10_000;

export async function readJobs(
  database: Database,
  ids: readonly number[],
  options: ReadOptions,
): Promise<Map<number, ReadJob>> {
  const all = new Map<number, ReadJob>();
  for (let left = ids; left.length > 0;) {
    const some = await readSomeJobs(database, left, options);
    for (const [id, job] of some.jobs) all.set(id, job);
    left = some.left;
  }
  return all;
}

/** The first of them, in one statement, as many as may well be in memory together. */
export async function readSomeJobs(
  database: Database,
  ids: readonly number[],
  { bodies, executions }: ReadOptions,
): Promise<SomeReadJobs> {
  const batch = ids.slice(0, JOBS_BATCH);
  const values = [batch, bodies, executions, BODIES_BYTES];
  const { rows } = await database.read<JobRow>("views/read_jobs", values);
  const createdAt = await parentsCreatedAt(database, rows);
  const jobs = new Map(
    rows.map((row) => {
      const view = jobView(row, { createdAt, bodies });
      return [row.id, { version: row.version, view, mayBeHeld: row.may_be_held }];
    }),
  );
  // What follows the last one that was given is not there, or had no room: it is asked for again.
  const looked = jobs.size === 0 ? batch.length : batch.findLastIndex((id) => jobs.has(id)) + 1;
  return { jobs, left: ids.slice(looked) };
}

/** For public ids. Parents among the jobs read are known already. */
async function parentsCreatedAt(database: Database, rows: readonly JobRow[]): Promise<Map<number, Date>> {
  const createdAt = new Map(rows.map((row) => [row.id, row.created_at]));
  const wanted = new Set<number>();
  for (const row of rows) {
    for (const id of row.parent_ids ?? []) if (!createdAt.has(id)) wanted.add(id);
  }
  const ids = [...wanted];
  for (let at = 0; at < ids.length; at += PARENTS_BATCH) {
    const { rows: parents } = await database.read<{ id: number; created_at: Date }>("views/created_at", [
      ids.slice(at, at + PARENTS_BATCH),
    ]);
    for (const parent of parents) createdAt.set(parent.id, parent.created_at);
  }
  return createdAt;
}
