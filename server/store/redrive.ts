/**
 * Canary redrives as rows: start, stop, read, and the step that moves one on. A step locks its row, looks at the
 * canaries, asks the pure decision, reopens jobs and writes the row in one transaction: either all of it happened or
 * none, whatever dies. Rows of redrives are locked before any job.
 */
import { sql } from "kysely";
import type { PoolClient } from "pg";
import type { DeadLetterQuery } from "../core/dead-letters.js";
import { formatId } from "../core/job-id.js";
import { stateOf } from "../core/job.js";
import {
  decideRedriveStep,
  REDRIVE_STATES,
  type OpenRedrive,
  type RedriveSettings,
  type RedriveStep,
  type RedriveView,
} from "../core/redrive.js";
import type { ChangedJob } from "../core/settlement.js";
import type { Database } from "./database.js";
import { raiseParents } from "./raise-parents.js";
import { reopenWithin, type ReopenedJobs } from "./reopen.js";
import { hotStatement } from "./sql-file.js";
import { letterQuery } from "../core/letter-query.js";
import { countLetters, letterIds } from "./views/dead-letters.js";

const LISTED_MAX = 100;
const NOTHING: ReopenedJobs = { retried: [], revived: [], refused: [], changed: [] };

interface LockedRow {
  id: number;
  namespace: string;
  filter: RedriveSettings["filter"];
  canary: number;
  per_second: number;
  state: number;
  canary_ids: number[];
  after_id: number;
  is_exhausted: boolean;
  created_at: Date;
  saved_ms: number;
}

type Canaries = OpenRedrive["canaries"];

/** @returns null when another redrive of the namespace is open */
export async function startRedrive(
  database: Database,
  { filter, canary, perSecond }: RedriveSettings,
): Promise<number | null> {
  const total = await countLetters(database.kysely, { ...letterQuery(filter), isDiscarded: false });
  const values = [filter.namespace, JSON.stringify(filter), canary, perSecond, total];
  const { rows } = await database.run<{ id: number }>("start_redrive", values);
  return rows[0]?.id ?? null;
}

export async function stopRedrive(
  database: Database,
  { namespace, id, reason }: { readonly namespace: string; readonly id: number; readonly reason: string },
): Promise<void> {
  await database.run("stop_redrive", [id, namespace, reason]);
}

/** The newest first; `id` null: all of the namespace. */
export async function readRedrives(
  { kysely }: Database,
  namespace: string,
  which: { readonly id: number | null; readonly isOpen: boolean },
): Promise<RedriveView[]> {
  const rows = await kysely
    .selectFrom("redrives as r")
    .selectAll("r")
    .select(
      sql<{ id: number; created: number }[]>`coalesce((
        select jsonb_agg(jsonb_build_object('id', j.id, 'created', (extract(epoch from j.created_at) * 1000)::bigint)
                         order by j.id)
          from jobs j where j.id = any (r.canary_ids)), '[]')`.as("canaries"),
    )
    .where("r.namespace", "=", namespace)
    .$if(which.id !== null, (redrives) => redrives.where("r.id", "=", which.id ?? 0))
    .$if(which.isOpen, (redrives) => redrives.where("r.ended_at", "is", null))
    .orderBy("r.id", "desc")
    .limit(LISTED_MAX)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    filter: row.filter,
    canary: row.canary,
    perSecond: row.per_second,
    state: REDRIVE_STATES[row.state] ?? "stopped",
    reason: row.reason,
    total: row.total,
    retried: row.retried,
    revived: row.revived,
    refused: row.refused,
    canariesSucceeded: row.canaries_succeeded,
    canaryPublicIds: row.canaries.map(({ id, created }) => formatId(id, created)),
    createdAt: row.created_at,
    endedAt: row.ended_at,
  }));
}

/** ms until a redrive wants a step, 0 when one does now; null when none is open. */
export async function redriveDueInMs(database: Database): Promise<number | null> {
  const { rows } = await database.run<{ due_in_ms: number | null }>("redrive_due", []);
  const dueInMs = rows[0]?.due_in_ms ?? null;
  return dueInMs === null ? null : Math.max(0, dueInMs);
}

/** Steps the redrive that is due first. @returns jobs that moved; null when none is due, or others step them all */
export async function stepRedrive(database: Database): Promise<readonly ChangedJob[] | null> {
  const changed = await database.transaction(async (client) => {
    const { rows } = await client.query<LockedRow>(hotStatement("lock_redrive", []));
    const row = rows[0];
    if (row === undefined) return null;
    const canaries = await readCanaries(client, row.canary_ids);
    const step = decideRedriveStep({
      state: row.state === 0 ? "canary" : "rest",
      canary: row.canary,
      perSecond: row.per_second,
      canaries,
      isExhausted: row.is_exhausted,
      savedMs: row.saved_ms,
    });
    return carryOut(database, client, row, { step, canaries });
  });
  if (changed === null || changed.length === 0) return changed;
  return [...changed, ...(await raiseParents(database, changed))];
}

async function carryOut(
  database: Database,
  client: PoolClient,
  row: LockedRow,
  { step, canaries }: { readonly step: RedriveStep; readonly canaries: Canaries },
): Promise<readonly ChangedJob[]> {
  const taken = step.kind === "take" ? await take(database, client, row, step.count) : null;
  const reopened = taken?.reopened ?? NOTHING;
  const isCanary = row.state === 0;
  const endState = step.kind === "end" ? REDRIVE_STATES.indexOf(step.state) : row.state;
  await client.query(
    hotStatement("write_redrive", [
      row.id,
      step.kind === "go_on" ? REDRIVE_STATES.indexOf("rest") : endState,
      step.kind === "end" ? step.reason : "",
      reopened.retried.length,
      reopened.revived.length,
      reopened.refused.length,
      isCanary ? [...row.canary_ids, ...reopened.retried] : row.canary_ids,
      canaries.filter(({ state }) => state === "succeeded").length,
      taken?.lastId ?? row.after_id,
      taken?.isExhausted ?? row.is_exhausted,
      // The rate is counted from the moment the rest begins.
      step.kind === "go_on" ? 0 : step.kind === "take" ? step.savedMs : null,
      step.kind === "take" || step.kind === "wait" ? step.againMs : 0,
    ]),
  );
  return reopened.changed;
}

async function take(database: Database, client: PoolClient, row: LockedRow, count: number) {
  const query = letterQuery({ ...row.filter, namespace: row.namespace });
  const { sql: text, parameters } = letterIds(
    database.kysely,
    { ...query, isDiscarded: false, diedBeforeMs: earlier(query.diedBeforeMs, row.created_at.getTime() + 1) },
    row.after_id,
    count,
  ).compile();
  const { rows } = await client.query<{ job_id: number }>(text, [...parameters]);
  const ids = rows.map((letter) => letter.job_id);
  return {
    reopened: await reopenWithin(client, ids),
    lastId: ids.at(-1) ?? row.after_id,
    isExhausted: ids.length < count,
  };
}

function earlier(diedBeforeMs: DeadLetterQuery["diedBeforeMs"], startedMs: number): number {
  return diedBeforeMs === null ? startedMs : Math.min(diedBeforeMs, startedMs);
}

async function readCanaries(client: PoolClient, ids: readonly number[]): Promise<Canaries> {
  if (ids.length === 0) return [];
  const { rows } = await client.query<{
    id: number;
    created_at: Date | null;
    state: number | null;
    reason: string | null;
  }>(hotStatement("read_canaries", [ids]));
  return rows.map((row) => ({
    publicId: row.created_at === null ? String(row.id) : formatId(row.id, row.created_at.getTime()),
    state: row.state === null ? null : stateOf(row.state),
    reason: row.reason ?? "",
  }));
}
