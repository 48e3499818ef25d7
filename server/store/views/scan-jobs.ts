/**
 * Finds the ids of one page of jobs, in id order. A filter may match nothing for millions of rows, so the ids are
 * walked in windows: a statement reads at most one window, windows grow while they are quick, and the walk ends
 * when its time is up, with the place to go on from. Filters for open states read only open jobs, queue by queue
 * through jobs_open in the order of the page, so finished jobs cost nothing however many there are.
 */
import { sql, type Kysely, type SelectQueryBuilder, type SqlBool } from "kysely";
import { isTerminal, STATE_CODE } from "../../core/job.js";
import type { JobListQuery } from "../../core/views.js";
import type { Schema } from "../schema.js";
import type { Direction } from "./page-token.js";

export interface FoundJob {
  readonly id: number;
  /** About what it takes on the wire. */
  readonly bytes: number;
}

export interface Scan {
  /** Up to `limit`, in order. */
  readonly jobs: readonly FoundJob[];
  /** Where to go on when the time was up first: nothing up to this id is left out. Null: the end was reached. */
  readonly stoppedAt: number | null;
}

/** Ids of one statement, first and at most. A window begins at an id that exists, so gaps are not walked. */
const WINDOW_FIRST = 100_000;
const WINDOW_MAX = 1_000_000;
const WINDOW_GROWTH = 4;
/** A window that took longer is not made larger. */
const QUICK_MS = 50;
const SCAN_MS_MAX = 2_000;
/** With more queues than this, one pass over the window is cheaper than one index walk a queue. */
const QUEUES_WALKED_MAX = 100;

/** Both inclusive. */
interface Range {
  fromId: number;
  toId: number;
}

interface Step {
  readonly queueIds: readonly number[];
  readonly window: Range;
  readonly dir: Direction;
  readonly limit: number;
}

export async function scanJobs(
  kysely: Kysely<Schema>,
  query: JobListQuery,
  page: { readonly afterId: number | null; readonly dir: Direction; readonly limit: number },
): Promise<Scan> {
  const queueIds = await queuesOf(kysely, query);
  const newestFirst = page.dir === "desc";
  let rest: Range | null = {
    fromId: query.graph?.firstJobId ?? 0,
    toId: query.graph?.lastJobId ?? Number.MAX_SAFE_INTEGER,
  };
  if (page.afterId !== null && newestFirst) rest.toId = Math.min(rest.toId, page.afterId - 1);
  if (page.afterId !== null && !newestFirst) rest.fromId = Math.max(rest.fromId, page.afterId + 1);

  const jobs: FoundJob[] = [];
  const startedMono = performance.now();
  let width = WINDOW_FIRST;
  // Finished jobs cost a walk of open jobs nothing, so its windows may span any number of them.
  const widthMax = walksOpen(query, queueIds) ? Number.MAX_SAFE_INTEGER : WINDOW_MAX;
  while (queueIds.length > 0) {
    rest = await trimmed(kysely, rest);
    if (rest === null) break;
    const windowMono = performance.now();
    if (windowMono - startedMono > SCAN_MS_MAX) {
      return { jobs, stoppedAt: newestFirst ? rest.toId + 1 : rest.fromId - 1 };
    }
    const window: Range = newestFirst
      ? { fromId: Math.max(rest.fromId, rest.toId - width + 1), toId: rest.toId }
      : { fromId: rest.fromId, toId: Math.min(rest.toId, rest.fromId + width - 1) };
    const limit = page.limit - jobs.length;
    jobs.push(...(await scanWindow(kysely, query, { queueIds, window, dir: page.dir, limit })));
    if (jobs.length >= page.limit) break;
    rest = newestFirst
      ? { fromId: rest.fromId, toId: window.fromId - 1 }
      : { fromId: window.toId + 1, toId: rest.toId };
    if (performance.now() - windowMono < QUICK_MS) width = Math.min(widthMax, width * WINDOW_GROWTH);
  }
  return { jobs, stoppedAt: null };
}

async function scanWindow(kysely: Kysely<Schema>, query: JobListQuery, step: Step): Promise<FoundJob[]> {
  const { queueIds, dir, limit } = step;
  const bytes = query.omitBodies ? LIGHT_BYTES : sql<number>`${LIGHT_BYTES} + ${BODY_BYTES}`;
  const found = filtered(kysely.selectFrom("jobs as j"), query, step.window)
    .select(["j.id", bytes.as("bytes")])
    .orderBy("j.id", dir)
    .limit(limit);
  if (!walksOpen(query, queueIds)) {
    return found.where("j.queue_id", "=", sql<number>`any(${queueIds}::int[])`).execute();
  }
  return kysely
    .selectFrom(sql<{ id: number }>`unnest(${queueIds}::int[])`.as<"walked">(sql`walked (id)`))
    .innerJoinLateral(found.whereRef("j.queue_id", "=", sql.ref<number>("walked.id")).as("found"), (join) =>
      join.onTrue(),
    )
    .select(["found.id", "found.bytes"])
    .orderBy("found.id", dir)
    .limit(limit)
    .execute();
}

/** Texts that are not stored as they travel are counted as they travel. */
const LIGHT_BYTES = sql<number>`400 + 40 * coalesce(cardinality(j.parent_ids), 0)
  + coalesce(octet_length(j.error::text), 0) + coalesce(octet_length(j.labels::text), 0)
  + coalesce(octet_length(j.headers::text), 0)`;
/** The length of a stored value is known without reading it. */
const BODY_BYTES = sql<number>`coalesce(octet_length(j.payload), 0) + coalesce(octet_length(j.output), 0)`;

type Jobs = SelectQueryBuilder<Schema & { j: Schema["jobs"] }, "j", object>;

function filtered(jobs: Jobs, query: JobListQuery, window: Range): Jobs {
  const states = query.states.map((state) => STATE_CODE[state]);
  const { graph, type } = query;
  return jobs
    .where("j.id", ">=", window.fromId)
    .where("j.id", "<=", window.toId)
    .$if(isOpenOnly(query), (rows) => rows.where("j.finished_at", "is", null))
    .$if(states.length > 0, (rows) => rows.where("j.state", "=", sql<number>`any(${states}::smallint[])`))
    .$if(graph !== null, (rows) => rows.where("j.graph_id", "=", graph?.id ?? 0))
    .$if(type !== null, (rows) => rows.where("j.type", "=", type ?? ""))
    .$if(Object.keys(query.labels).length > 0, (rows) =>
      rows.where(sql<SqlBool>`j.labels @> ${JSON.stringify(query.labels)}::jsonb`),
    );
}

function isOpenOnly(query: JobListQuery): boolean {
  return query.states.length > 0 && !query.states.some(isTerminal);
}

function walksOpen(query: JobListQuery, queueIds: readonly number[]): boolean {
  return isOpenOnly(query) && queueIds.length <= QUEUES_WALKED_MAX;
}

async function queuesOf(kysely: Kysely<Schema>, { namespace, queue }: JobListQuery): Promise<number[]> {
  const rows = await kysely
    .selectFrom("queues")
    .select("id")
    .where("namespace", "=", namespace)
    .$if(queue !== null, (queues) => queues.where("name", "=", queue ?? ""))
    .execute();
  return rows.map((row) => row.id);
}

/** From the first to the last id that exists in the range; null when there is none. Two look-ups in the primary key. */
async function trimmed(kysely: Kysely<Schema>, { fromId, toId }: Range): Promise<Range | null> {
  if (fromId > toId) return null;
  const { first, last } = await kysely
    .selectFrom("jobs")
    .select((eb) => [eb.fn.min("id").as("first"), eb.fn.max("id").as("last")])
    .where("id", ">=", fromId)
    .where("id", "<=", toId)
    .executeTakeFirstOrThrow();
  return first === null || last === null ? null : { fromId: first, toId: last };
}
