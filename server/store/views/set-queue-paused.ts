/** Pauses or resumes one queue. The claim statement reads `paused_at`, so it holds from the commit on, everywhere. */
import { sql, type Kysely } from "kysely";
import type { QueueKey } from "../../core/ports.js";
import type { Schema } from "../schema.js";

export async function setQueuePaused(
  kysely: Kysely<Schema>,
  { namespace, name }: QueueKey,
  paused: boolean,
): Promise<boolean | null> {
  const changed = await kysely
    .updateTable("queues")
    .set({ paused_at: paused ? sql<Date>`clock_timestamp()` : null })
    .where("namespace", "=", namespace)
    .where("name", "=", name)
    .where("paused_at", paused ? "is" : "is not", null)
    .executeTakeFirst();
  if (changed.numUpdatedRows > 0n) return true;
  const queue = await kysely
    .selectFrom("queues")
    .select("id")
    .where("namespace", "=", namespace)
    .where("name", "=", name)
    .executeTakeFirst();
  return queue === undefined ? null : false;
}
