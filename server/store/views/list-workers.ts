/** One page of workers, in the order in which they first registered. */
import type { Kysely } from "kysely";
import type { WorkerListQuery, WorkerPage } from "../../core/views.js";
import type { Schema } from "../schema.js";
import { decodePageToken, encodePageToken } from "./page-token.js";
import { readWorkers } from "./read-workers.js";

export async function listWorkers(kysely: Kysely<Schema>, query: WorkerListQuery): Promise<WorkerPage> {
  const { namespace, states, pageSize } = query;
  const afterPk = decodePageToken(query.pageToken, "asc") ?? 0;
  const found = [...(await readWorkers(kysely, { namespace, states, afterPk, limit: pageSize + 1 }))];
  const page = found.slice(0, pageSize);
  const lastPk = page.at(-1)?.[0];
  return {
    workers: page.map(([, worker]) => worker),
    nextPageToken: found.length > pageSize && lastPk !== undefined ? encodePageToken(lastPk, "asc") : null,
  };
}
