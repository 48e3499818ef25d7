/** The ids of a graph's jobs, ascending: a walk over its range of ids by primary key. */
import type { Kysely } from "kysely";
import type { GraphHead } from "../../core/views.js";
import type { Schema } from "../schema.js";

export async function graphJobIds(kysely: Kysely<Schema>, graph: GraphHead): Promise<number[]> {
  const rows = await kysely
    .selectFrom("jobs")
    .select("id")
    .where("id", ">=", graph.firstJobId)
    .where("id", "<=", graph.lastJobId)
    .where("graph_id", "=", graph.id)
    .orderBy("id")
    .execute();
  return rows.map((row) => row.id);
}
