/** Reads the versions of many jobs, so that watchers read again only those that were written. No payload is touched. */
import { sql, type Kysely } from "kysely";
import type { Schema } from "../schema.js";
import { VERSION } from "./read-jobs.js";

export async function jobVersions(
  kysely: Kysely<Schema>,
  ids: readonly number[],
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await kysely
    .selectFrom("jobs as j")
    .leftJoin("job_executions as e", (join) =>
      join.onRef("e.job_id", "=", "j.id").onRef("e.lease_epoch", "=", "j.lease_epoch"),
    )
    .leftJoin("job_progress as p", "p.job_id", "j.id")
    .select(["j.id", VERSION.as("version")])
    .where("j.id", "=", sql<number>`any(${ids}::bigint[])`)
    .execute();
  return new Map(rows.map((row) => [row.id, row.version]));
}
