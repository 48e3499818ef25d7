/**
 * Submits jobs that name earlier jobs or carry idempotency keys, in a transaction of its own: keys first, then the
 * parents under their locks, then the rows. Ids are taken inside, so each new id is above every parent's.
 */
import type { PoolClient } from "pg";
import { invalid } from "../core/errors.js";
import { formatId, type DecodedId } from "../core/job-id.js";
import { stateOf, type NewJob } from "../core/job.js";
import { planSubmission, type EarlierParent, type Plan, type PriorityRaise } from "../core/plan.js";
import type { ChangedJob } from "../core/settlement.js";
import type { LinkedSubmission, LinkedSubmitted, Numbered } from "../core/store.js";
import type { Database } from "./database.js";
import { recordDeaths } from "./dead-letters.js";
import { deadlineValues, insertValues } from "./insert-jobs.js";
import { claimKeys, graphOf, type KeyedId } from "./idempotency.js";
import { changedJob, type ChangedRow } from "./rows.js";
import { hotStatement, sqlFile } from "./sql-file.js";

const ID_BLOCK = 1000;

/** The jobs that are really new, with the positions they had in the submission. */
interface Remainder {
  readonly jobs: readonly NewJob[];
  readonly positions: readonly number[];
}

/** As often as the transaction is begun again, this is called with the same object. */
export interface LinkedWrite {
  readonly submission: LinkedSubmission;
  /** Null: it takes ids and the time of its own. */
  numbered: Numbered | null;
}

export async function submitLinked(database: Database, write: LinkedWrite): Promise<LinkedSubmitted> {
  const { submission, numbered } = write;
  return database.transaction(async (client) => {
    const { nowMs, ids } =
      numbered === null
        ? await takeIds(client, submission.jobs.length + 1)
        : { nowMs: numbered.createdMs, ids: [numbered.graphId ?? 0, ...numbered.ids] };
    const graph = submission.graph === null ? null : { id: ids[0] as number, createdMs: nowMs };
    if (graph !== null && submission.graph?.idempotencyKey != null) {
      const earlier = await graphOf(client, submission, graph.id);
      if (earlier !== null) return earlier;
    }
    const existing = await claimKeys(client, submission, ids.slice(1));
    if (existing.size > 0 && numbered !== null) {
      write.numbered = null;
      throw new Overtaken("a key belongs to somebody else, so nothing was written under these ids");
    }
    const { jobs, positions } = withoutExisting(submission.jobs, existing);
    const newIds = positions.map((position) => ids[position + 1] as number);
    const { parents, raisable } = await lockParents(client, submission, jobs, newIds, existing);
    if ([...parents.keys()].some((id) => id >= (newIds[0] ?? Number.POSITIVE_INFINITY)))
      throw new Overtaken("whoever wrote a parent found by its key took its ids after we took ours");
    const plan = planSubmission(jobs, newIds, parents, nowMs);
    await insert(client, submission, { plan, positions, graph, nowMs, mayBeThere: numbered !== null });
    const moved = await raise(client, plan.raises, raisable);
    return {
      createdMs: nowMs,
      graph,
      existed: false,
      jobs: submission.jobs.map((_, position) => {
        const before = existing.get(position);
        return before ?? { id: ids[position + 1] as number, createdMs: nowMs, existed: false };
      }),
      changed: [...startingJobs(submission, plan, positions, nowMs), ...moved],
    };
  }, "patient");
}

/**
 * What this transaction built on changed before it had its locks; run again, it builds on what is there now: higher ids
 * than those of its parents, all locks that it needs. The code is that of a failed serialization.
 */
class Overtaken extends Error {
  readonly code = "40001";
}

/** Ids and the time, in whole milliseconds. */
async function takeIds(client: PoolClient, count: number): Promise<{ nowMs: number; ids: number[] }> {
  const { rows } = await client.query<{ first: number; now: Date }>(
    hotStatement("allocate_id_blocks", [Math.ceil(count / ID_BLOCK)]),
  );
  const ids = rows.flatMap(({ first }) => Array.from({ length: ID_BLOCK }, (_, n) => first + n));
  return { nowMs: rows[0]?.now.getTime() as number, ids: ids.slice(0, count) };
}

/** Siblings of a job that existed before depend on the row it already has. */
function withoutExisting(jobs: readonly NewJob[], existing: ReadonlyMap<number, KeyedId>): Remainder {
  if (existing.size === 0) return { jobs, positions: jobs.map((_, position) => position) };
  const positions = jobs.map((_, position) => position).filter((position) => !existing.has(position));
  const newPosition = new Map(positions.map((position, index) => [position, index]));
  return {
    positions,
    jobs: positions.map((position) => {
      const job = jobs[position] as NewJob;
      const siblings = job.siblingParents.filter((at) => newPosition.has(at));
      const became = job.siblingParents.flatMap((at) => existing.get(at)?.id ?? []);
      return {
        ...job,
        siblingParents: siblings.map((at) => newPosition.get(at) as number),
        earlierParents: [...new Set([...job.earlierParents, ...became])],
      };
    }),
  };
}

interface ParentRow {
  id: number;
  state: number;
  base_priority: number;
  effective_priority: number;
  inherit_priority: boolean;
  created_at: Date;
  namespace: string;
}

async function lockParents(
  client: PoolClient,
  submission: LinkedSubmission,
  jobs: readonly NewJob[],
  newIds: readonly number[],
  existing: ReadonlyMap<number, KeyedId>,
): Promise<{
  readonly parents: Map<number, EarlierParent>;
  /** Jobs whose priority may be written, since their locks are strong enough. */
  readonly raisable: ReadonlySet<number>;
}> {
  const wanted = new Map<number, number>(
    submission.earlierParents.map((parent) => [parent.id, parent.createdMs]),
  );
  for (const keyed of existing.values()) wanted.set(keyed.id, keyed.createdMs);
  const ids = [...wanted.keys()].toSorted((a, b) => a - b);
  if (ids.length === 0) return { parents: new Map(), raisable: new Set() };
  const glance = (
    await client.query<ParentRow>(sqlFile("lock_parents").replace(/for share of j\s*$/, ""), [ids])
  ).rows;
  const above = await raisedBy(client, planSubmission(jobs, newIds, toParents(glance), 0).raises);
  const strong = above.length > 0;
  const all = [...new Set([...ids, ...above.map((row) => row.id)])].toSorted((a, b) => a - b);
  const { rows } = await client.query<ParentRow>(
    hotStatement(strong ? "lock_parents_strong" : "lock_parents", [all]),
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  const missing = [...wanted].filter(([id, createdMs]) => {
    const row = found.get(id);
    return (
      row === undefined || row.created_at.getTime() !== createdMs || row.namespace !== submission.namespace
    );
  });
  if (missing.length > 0) {
    throw invalid(
      "PARENT_MISSING",
      missing.flatMap(([id, createdMs]) =>
        fieldsOf(submission, id).map((field) => ({
          field,
          expected: "the id of a job in this namespace",
          got: `${formatId(id, createdMs)}, which does not exist`,
        })),
      ),
    );
  }
  return {
    parents: toParents(rows.filter((row) => wanted.has(row.id))),
    raisable: new Set(strong ? all : []),
  };
}

function fieldsOf({ earlierParents }: LinkedSubmission, id: number): readonly string[] {
  return earlierParents.find((parent) => parent.id === id)?.fields ?? ["depends_on"];
}

function toParents(rows: readonly ParentRow[]): Map<number, EarlierParent> {
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        state: stateOf(row.state),
        basePriority: row.base_priority,
        effectivePriority: row.effective_priority,
        inheritPriority: row.inherit_priority,
      },
    ]),
  );
}

async function insert(
  client: PoolClient,
  submission: LinkedSubmission,
  written: {
    readonly plan: Plan;
    readonly positions: readonly number[];
    readonly graph: DecodedId | null;
    readonly nowMs: number;
    readonly mayBeThere: boolean;
  },
): Promise<void> {
  const { plan, positions, graph, nowMs, mayBeThere } = written;
  const rows = plan.jobs.map((planned, index) => ({
    planned,
    queueId: submission.queueIds[positions[index] as number] as number,
    graphId: graph?.id ?? null,
    readyUs: planned.state === "ready" ? nowMs * 1000 + index : null,
  }));
  const ids = plan.jobs.map((planned) => planned.id);
  const graphs =
    graph === null || submission.graph === null
      ? []
      : [
          {
            id: graph.id,
            namespace: submission.namespace,
            name: submission.graph.name,
            jobCount: plan.jobs.length,
            firstJobId: ids[0] ?? graph.id,
            lastJobId: ids.at(-1) ?? graph.id,
            timeoutMs: submission.graph.timeoutMs,
          },
        ];
  await client.query(hotStatement(mayBeThere ? "submit_again" : "submit", insertValues(nowMs, rows, graphs)));
  const dead = plan.jobs.filter((planned) => planned.state === "dead");
  await recordDeaths(
    client,
    dead.map(({ id, reason, job }) => ({ id, reason: reason ?? "", error: null, type: job.type })),
  );
  const due = deadlineValues(nowMs, rows, graphs);
  if (due !== null) await client.query(hotStatement("arm_deadlines", due));
}

/** Raises the open ancestors of more urgent new jobs, if their rows are locked: a lock more would break the order. */
async function raise(
  client: PoolClient,
  raises: readonly PriorityRaise[],
  raisable: ReadonlySet<number>,
): Promise<ChangedJob[]> {
  const above = await raisedBy(client, raises);
  if (above.length === 0) return [];
  if (above.some(({ id }) => !raisable.has(id)))
    throw new Overtaken("more jobs have to be raised than were to be when the locks were taken");
  const { rows } = await client.query<ChangedRow>(
    hotStatement("set_effective", [
      above.map((row) => row.id),
      above.map((row) => row.priority),
      above.map((row) => row.source),
    ]),
  );
  return rows.map(changedJob).filter((job) => job.state === "ready");
}

async function raisedBy(
  client: PoolClient,
  raises: readonly PriorityRaise[],
): Promise<readonly { readonly id: number; readonly priority: number; readonly source: number }[]> {
  if (raises.length === 0) return [];
  const { rows } = await client.query<{ id: number; priority: number; source: number }>(
    hotStatement("raise_ancestors", [
      raises.map((r) => r.parentId),
      raises.map((r) => r.priority),
      raises.map((r) => r.sourceId),
    ]),
  );
  return rows;
}

function startingJobs(
  submission: LinkedSubmission,
  plan: Plan,
  positions: readonly number[],
  nowMs: number,
): ChangedJob[] {
  return plan.jobs.flatMap((planned, index) =>
    planned.state === "blocked"
      ? []
      : [
          {
            id: planned.id,
            createdMs: nowMs,
            queueId: submission.queueIds[positions[index] as number] as number,
            graphId: null,
            state: planned.state,
            type: planned.job.type,
            effectivePriority: planned.effectivePriority,
            readyUs: planned.state === "ready" ? nowMs * 1000 + index : null,
            runAtMs: planned.job.runAtMs,
            concurrencyKey: planned.job.concurrency?.key ?? null,
          },
        ],
  );
}
