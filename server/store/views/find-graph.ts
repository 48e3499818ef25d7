/** Finds what never changes about a graph, by its decoded public id, in one namespace. One look-up. */
import type { Kysely } from "kysely";
import type { DecodedId } from "../../core/job-id.js";
import type { GraphHead } from "../../core/views.js";
import type { Schema } from "../schema.js";

export async function findGraph(
  kysely: Kysely<Schema>,
  namespace: string,
  { id, createdMs }: DecodedId,
): Promise<GraphHead | null> {
  const row = await kysely
    .selectFrom("graphs")
    .selectAll()
    .where("id", "=", id)
    .where("namespace", "=", namespace)
    .executeTakeFirst();
  if (row === undefined || row.created_at.getTime() !== createdMs) return null;
  return {
    id,
    createdMs,
    namespace,
    name: row.name,
    jobCount: row.job_count,
    firstJobId: row.first_job_id,
    lastJobId: row.last_job_id,
    timeoutMs: row.timeout_ms,
  };
}
