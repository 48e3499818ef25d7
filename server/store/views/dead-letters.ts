/**
 * Reads dead letters: a page of them, their groups by fingerprint, and the ids that a bulk verb goes through. All three
 * take the same filter. Cost: an index walk over the dead letters of the namespace's queues, never over all jobs.
 */
import { sql, type Kysely, type SelectQueryBuilder } from "kysely";
import type {
  DeadLetterGroup,
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterView,
  LetterPageQuery,
} from "../../core/dead-letters.js";
import { formatId } from "../../core/job-id.js";
import type { Schema } from "../schema.js";
import { decodePageToken, encodePageToken } from "./page-token.js";

const TYPES_SHOWN_MAX = 10;

type Letters = SelectQueryBuilder<Schema & { l: Schema["dead_letters"] }, "l", object>;

/** Newest job first. */
export async function listDeadLetters(
  kysely: Kysely<Schema>,
  query: DeadLetterQuery,
  { pageSize, pageToken }: LetterPageQuery,
): Promise<DeadLetterPage> {
  const afterId = decodePageToken(pageToken, "desc");
  const rows = await matching(kysely, query)
    .innerJoin("jobs as j", "j.id", "l.job_id")
    .innerJoin("queues as q", "q.id", "l.queue_id")
    .leftJoin("graphs as g", "g.id", "l.graph_id")
    .$if(afterId !== null, (letters) => letters.where("l.job_id", "<", afterId))
    .selectAll("l")
    .select(["j.created_at", "j.attempt", "q.name as queue", "g.created_at as graph_created_at"])
    .orderBy("l.job_id", "desc")
    .limit(pageSize + 1)
    .execute();
  const page = rows.slice(0, pageSize);
  const last = page.at(-1);
  return {
    letters: page.map((row): DeadLetterView => ({
      jobPublicId: formatId(row.job_id, row.created_at.getTime()),
      queue: row.queue,
      type: row.type,
      graphPublicId:
        row.graph_id === null || row.graph_created_at === null
          ? null
          : formatId(row.graph_id, row.graph_created_at.getTime()),
      generation: row.generation,
      attempts: row.attempt,
      reason: row.reason,
      errorType: row.error_type,
      message: row.message,
      fingerprint: row.fingerprint,
      lostWorkers: row.lost_workers ?? [],
      diedAt: row.died_at,
      discardedAt: row.discarded_at,
    })),
    nextPageToken: rows.length > pageSize && last !== undefined ? encodePageToken(last.job_id, "desc") : null,
  };
}

/** The largest first. */
export async function groupDeadLetters(
  kysely: Kysely<Schema>,
  query: DeadLetterQuery,
  limit: number,
): Promise<DeadLetterGroup[]> {
  const rows = await kysely
    .selectFrom(
      matching(kysely, query)
        .select(["l.fingerprint"])
        .select(sql<number>`count(*)::int`.as("count"))
        .select(sql<Date>`min(l.died_at)`.as("first_died_at"))
        .select(sql<Date>`max(l.died_at)`.as("last_died_at"))
        .select(sql<number>`(array_agg(l.job_id order by l.died_at desc, l.job_id desc))[1]`.as("sample_id"))
        .select(sql<string[]>`(array_agg(distinct l.type))[:${sql.lit(TYPES_SHOWN_MAX)}]`.as("types"))
        .groupBy("l.fingerprint")
        .orderBy("count", "desc")
        .orderBy("sample_id")
        .limit(limit)
        .as("f"),
    )
    .innerJoin("dead_letters as sample", "sample.job_id", "f.sample_id")
    .innerJoin("jobs as j", "j.id", "f.sample_id")
    .selectAll("f")
    .select(["sample.error_type", "sample.message", "j.created_at"])
    .orderBy("f.count", "desc")
    .orderBy("f.sample_id")
    .execute();
  return rows.map((row) => ({
    fingerprint: row.fingerprint,
    errorType: row.error_type,
    message: row.message,
    count: row.count,
    firstDiedAt: row.first_died_at,
    lastDiedAt: row.last_died_at,
    sampleJobPublicId: formatId(row.sample_id, row.created_at.getTime()),
    types: row.types,
  }));
}

/** Statement for the ids after `afterId` in ascending order, which has parents before their dependents. */
export function letterIds(kysely: Kysely<Schema>, query: DeadLetterQuery, afterId: number, limit: number) {
  return matching(kysely, query)
    .select("l.job_id")
    .where("l.job_id", ">", afterId)
    .orderBy("l.job_id")
    .limit(limit);
}

export async function countLetters(kysely: Kysely<Schema>, query: DeadLetterQuery): Promise<number> {
  const { count } = await matching(kysely, query)
    .select(sql<number>`count(*)::int`.as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

function matching(kysely: Kysely<Schema>, query: DeadLetterQuery): Letters {
  const { namespace, queue, jobIds, graphId, isDiscarded, diedAfterMs, diedBeforeMs } = query;
  const exact = {
    "l.graph_id": graphId,
    "l.type": query.type,
    "l.fingerprint": query.fingerprint,
    "l.reason": query.reason,
    "l.error_type": query.errorType,
  } as const;
  let letters = kysely
    .selectFrom("dead_letters as l")
    .where("l.queue_id", "in", (queues) =>
      queues
        .selectFrom("queues")
        .select("queues.id")
        .where("queues.namespace", "=", namespace)
        .$if(queue !== null, (named) => named.where("queues.name", "=", queue ?? "")),
    )
    .$if(jobIds !== null, (rows) => rows.where("l.job_id", "=", sql<number>`any(${jobIds}::bigint[])`))
    .$if(isDiscarded !== null, (rows) =>
      rows.where("l.discarded_at", isDiscarded === true ? "is not" : "is", null),
    )
    .$if(diedAfterMs !== null, (rows) => rows.where("l.died_at", ">=", new Date(diedAfterMs ?? 0)))
    .$if(diedBeforeMs !== null, (rows) => rows.where("l.died_at", "<", new Date(diedBeforeMs ?? 0)));
  for (const [column, value] of Object.entries(exact) as [keyof typeof exact, string | number | null][]) {
    if (value !== null) letters = letters.where(column, "=", value);
  }
  return letters;
}
