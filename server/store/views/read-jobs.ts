/**
 * Reads jobs by internal id with everything a `JobView` shows, in one statement and so from one snapshot; only the
 * creation times of parents, which never change, come from a second. Cost: a few primary key look-ups a job.
 */
import { sql, type Kysely } from "kysely";
import { jsonArrayFrom } from "kysely/helpers/postgres";
import type { VersionedJob } from "../../core/views.js";
import type { Schema } from "../schema.js";
import { jobView, type JobRow } from "./job-view.js";

export interface ReadOptions {
  readonly bodies: boolean;
  readonly executions: boolean;
}

/** Parents whose creation times are read in one statement. */
const PARENTS_BATCH = 10_000;

const COLUMNS = [
  "j.id",
  "j.queue_id",
  "j.graph_id",
  "j.state",
  "j.priority",
  "j.effective_priority",
  "j.priority_source",
  "j.pending_parents",
  "j.attempt",
  "j.max_attempts",
  "j.generation",
  "j.losses",
  "j.lease_epoch",
  "j.session_id",
  "j.inherit_priority",
  "j.on_parent_failure",
  "j.cancel_requested",
  "j.execution_timeout_ms",
  "j.created_at",
  "j.ready_at",
  "j.run_at",
  "j.assigned_at",
  "j.finished_at",
  "j.type",
  "j.key",
  "j.state_reason",
  "j.payload_type",
  "j.payload_uri",
  "j.output_type",
  "j.output_uri",
  "j.error",
  "j.backoff",
  "j.labels",
  "j.headers",
  "j.idempotency_key",
  "j.parent_ids",
  "j.concurrency_key",
  "j.concurrency_limit",
  "j.start_timeout_ms",
  "j.progress_timeout_ms",
  "j.stop_reason",
  "j.stop_by",
] as const;

/** Any write to the job, its running execution or its progress makes another one: xmin is the writer's transaction. */
export const VERSION = sql<string>`concat_ws('.', j.xmin, e.xmin, p.xmin)`;

export async function readJobs(
  kysely: Kysely<Schema>,
  ids: readonly number[],
  options: ReadOptions,
): Promise<Map<number, VersionedJob>> {
  if (ids.length === 0) return new Map();
  const rows: JobRow[] = await kysely
    .selectFrom("jobs as j")
    .innerJoin("queues as q", "q.id", "j.queue_id")
    .leftJoin("graphs as g", "g.id", "j.graph_id")
    .leftJoin("jobs as source", "source.id", "j.priority_source")
    .leftJoin("worker_sessions as s", "s.id", "j.session_id")
    .leftJoin("workers as w", "w.id", "s.worker_pk")
    .leftJoin("job_executions as e", (join) =>
      join.onRef("e.job_id", "=", "j.id").onRef("e.lease_epoch", "=", "j.lease_epoch"),
    )
    .leftJoin("job_progress as p", "p.job_id", "j.id")
    .leftJoin("dead_letters as l", "l.job_id", "j.id")
    .select(COLUMNS)
    .select([
      VERSION.as("version"),
      "q.namespace",
      "q.name as queue",
      "g.created_at as graph_created_at",
      "source.created_at as source_created_at",
      "w.worker_id",
      "e.started_at",
      "p.fraction",
      "p.note",
      "l.fingerprint",
      "l.discarded_at",
    ])
    .$if(options.bodies, (query) => query.select(["j.payload", "j.output"]))
    .$if(options.executions, (query) =>
      query.select(["p.checkpoint_type", "p.checkpoint", "p.checkpoint_uri", "p.updated_at as progress_at"]),
    )
    .$if(options.executions, (query) =>
      query.select((eb) =>
        jsonArrayFrom(
          eb
            .selectFrom("job_executions as x")
            .innerJoin("worker_sessions as xs", "xs.id", "x.session_id")
            .innerJoin("workers as xw", "xw.id", "xs.worker_pk")
            .select(["x.attempt", "x.lease_epoch", "x.session_id", "xw.worker_id"])
            .select(["x.assigned_at", "x.started_at", "x.ended_at", "x.outcome", "x.error"])
            .whereRef("x.job_id", "=", "j.id")
            .orderBy("x.lease_epoch"),
        ).as("executions"),
      ),
    )
    .where("j.id", "=", sql<number>`any(${ids}::bigint[])`)
    .execute();
  const createdAt = await parentsCreatedAt(kysely, rows);
  return new Map(rows.map((row) => [row.id, { version: row.version, view: jobView(row, createdAt) }]));
}

/** For public ids. Parents among the jobs read are known already. */
async function parentsCreatedAt(kysely: Kysely<Schema>, rows: readonly JobRow[]): Promise<Map<number, Date>> {
  const createdAt = new Map(rows.map((row) => [row.id, row.created_at]));
  const wanted = new Set<number>();
  for (const row of rows) {
    for (const id of row.parent_ids ?? []) if (!createdAt.has(id)) wanted.add(id);
  }
  const ids = [...wanted];
  for (let at = 0; at < ids.length; at += PARENTS_BATCH) {
    const parents = await kysely
      .selectFrom("jobs")
      .select(["id", "created_at"])
      .where("id", "=", sql<number>`any(${ids.slice(at, at + PARENTS_BATCH)}::bigint[])`)
      .execute();
    for (const parent of parents) createdAt.set(parent.id, parent.created_at);
  }
  return createdAt;
}
