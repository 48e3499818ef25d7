/**
 * The bulk verbs over dead letters, a page at a time: retry reopens the jobs of the next letters, discard marks them.
 * Each page is one transaction and goes on where the last one ended, so a job that dies again meanwhile is not met twice.
 * Running a page again after a lost commit finds its letters gone, and does nothing.
 */
import { sql } from "kysely";
import type { DeadLetterQuery, DiscardedPage, LetterPageQuery } from "../core/dead-letters.js";
import type { RetriedLetters } from "../core/store.js";
import type { Database } from "./database.js";
import { raiseParents } from "./raise-parents.js";
import { reopenWithin } from "./reopen.js";
import { letterIds } from "./views/dead-letters.js";
import { decodePageToken, encodePageToken } from "./views/page-token.js";

export async function retryLetters(
  database: Database,
  query: DeadLetterQuery,
  { pageSize, pageToken }: LetterPageQuery,
): Promise<RetriedLetters> {
  const afterId = decodePageToken(pageToken, "asc") ?? 0;
  const { sql: text, parameters } = letterIds(database.kysely, query, afterId, pageSize).compile();
  const { ids, reopened } = await database.transaction(async (client) => {
    const { rows } = await client.query<{ job_id: number }>(text, [...parameters]);
    const found = rows.map((row) => row.job_id);
    return { ids: found, reopened: await reopenWithin(client, found) };
  });
  const raised = await raiseParents(database, reopened.changed);
  return {
    retried: reopened.retried.length,
    revived: reopened.revived.length,
    refused: reopened.refused.length,
    nextPageToken: nextToken(ids, pageSize),
    changed: [...reopened.changed, ...raised],
  };
}

export async function discardLetters(
  database: Database,
  query: DeadLetterQuery,
  { pageSize, pageToken }: LetterPageQuery,
): Promise<DiscardedPage> {
  const afterId = decodePageToken(pageToken, "asc") ?? 0;
  const ids = letterIds(database.kysely, { ...query, isDiscarded: false }, afterId, pageSize);
  const rows = await database.kysely
    .updateTable("dead_letters")
    .set({ discarded_at: sql<Date>`clock_timestamp()` })
    .where("discarded_at", "is", null)
    .where("job_id", "in", ids)
    .returning("job_id")
    .execute();
  const discarded = rows.map((row) => row.job_id).toSorted((a, b) => a - b);
  return { discarded: discarded.length, nextPageToken: nextToken(discarded, pageSize) };
}

/** A page that is not full was the last one. */
function nextToken(ids: readonly number[], pageSize: number): string | null {
  const last = ids.at(-1);
  return last === undefined || ids.length < pageSize ? null : encodePageToken(last, "asc");
}
