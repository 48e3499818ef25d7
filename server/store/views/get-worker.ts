/** One worker by its own id, with its live session, else its last one. */
import type { Kysely } from "kysely";
import type { WorkerView } from "../../core/operations.js";
import type { Schema } from "../schema.js";
import { readWorkers } from "./read-workers.js";

export async function getWorker(
  kysely: Kysely<Schema>,
  namespace: string,
  workerId: string,
): Promise<WorkerView | null> {
  const found = await readWorkers(kysely, { namespace, workerId, states: [], limit: 1 });
  return [...found.values()][0] ?? null;
}
