/**
 * Submits jobs that name earlier jobs or carry idempotency keys, in a transaction of its own: keys first, then the
 * parents under their locks, then the rows. Ids are taken inside, so each new id is above every parent's.
 */
import type { PoolClient } from "pg";
import { placeUs } from "../core/critical-path.js";
import type { DecodedId } from "../core/job-id.js";
import type { NewJob } from "../core/job.js";
import { planSubmission, type Plan, type PriorityRaise } from "../core/plan.js";
import type { ChangedJob } from "../core/settlement.js";
import type { LinkedSubmission, LinkedSubmitted, Numbered } from "../core/store.js";
import type { Database } from "./database.js";
import { recordDeaths } from "./dead-letters.js";
import { deadlineValues, insertValues } from "./insert-jobs.js";
import { claimKeys, graphOf, type KeyedId } from "./idempotency.js";
import { lockParents, raisedBy } from "./lock-parents.js";
import { changedJob, type ChangedRow } from "./rows.js";
import { hotStatement } from "./sql-file.js";

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
            readyUs: placeUs(planned.state === "ready" ? nowMs * 1000 + index : null, planned.job),
            runAtMs: planned.job.runAtMs,
            concurrencyKey: planned.job.concurrency?.key ?? null,
          },
        ],
  );
}
