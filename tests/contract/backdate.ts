/** Moves a job's or a graph's clocks instead of waiting for them. For tests of timeouts. */
import { sql } from "kysely";
import type { Database } from "../../server/store/database.js";

/** As if everything that the timeouts count from, and the deadline, had been so much earlier. */
export async function backdate({ kysely }: Database, id: number, ms: number): Promise<void> {
  const earlier = (column: string) => sql<Date>`${sql.ref(column)} - ${ms} * interval '1 millisecond'`;
  const waits = { ready_at: earlier("ready_at"), waiting_since: earlier("waiting_since") };
  await kysely
    .updateTable("jobs")
    .set({ ...waits, stop_by: earlier("stop_by") })
    .where("id", "=", id)
    .execute();
  const started = { started_at: earlier("started_at") };
  await kysely.updateTable("job_executions").set(started).where("job_id", "=", id).execute();
  const reported = { updated_at: earlier("updated_at") };
  await kysely.updateTable("job_progress").set(reported).where("job_id", "=", id).execute();
  const due = { due_at: earlier("due_at") };
  await kysely.updateTable("deadlines").set(due).where("id", "=", id).execute();
}

/** Which of them have a deadline, ascending. */
export async function withDeadline({ kysely }: Database, ids: readonly number[]): Promise<number[]> {
  const found = kysely
    .selectFrom("deadlines")
    .select("id")
    .where("id", "in", [...ids]);
  return (await found.orderBy("id").execute()).map((row) => row.id);
}
