/**
 * Writes fire times together with the jobs they submit, in one transaction: the row of the fire time is what makes
 * a second submission impossible, so jobs are inserted only for rows that this transaction wrote. Used for times
 * that have come and for those that were asked for.
 */
import type { PoolClient } from "pg";
import { placeUs } from "../../core/critical-path.js";
import { planSubmission } from "../../core/plan.js";
import { FIRE_OUTCOMES, type DueSchedule, type FireOutcome } from "../../core/schedule.js";
import type { Fired, FirePlan, FireRequest, PlanFire } from "../../core/schedule-operations.js";
import type { ChangedJob } from "../../core/settlement.js";
import type { InsertGraph, InsertJob } from "../../core/store.js";
import type { Database } from "../database.js";
import { deadlineValues, insertValues } from "../insert-jobs.js";
import { hotStatement } from "../sql-file.js";
import { readRule, type RuleColumns } from "./stored-rule.js";
import { fromStored, type StoredWork } from "./stored-work.js";

const ID_BLOCK = 1000;
const NO_PARENTS = new Map<number, never>();

interface DueRow extends RuleColumns {
  id: number;
  namespace: string;
  name: string;
  work: StoredWork;
  next_fire_at: Date;
  has_open_work: boolean;
  now: Date;
}

/** One decided fire time, before it is written. */
interface Fire {
  readonly schedule: Pick<DueSchedule, "id" | "namespace">;
  readonly fireMs: number;
  readonly outcome: FireOutcome;
  readonly passedOver: number;
  readonly error: string | null;
  readonly plan: FirePlan | null;
  /** Of the graph, if there is one, and of each job. */
  readonly graphId: number | null;
  readonly ids: readonly number[];
}

export async function fireDue(database: Database, request: FireRequest): Promise<Fired> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<DueRow>(hotStatement("schedules/due", [request.limit]));
    if (rows.length === 0) return { decided: 0, outcomes: [], jobs: [] };
    const nowMs = wholeMs((rows[0] as DueRow).now);
    const decided = rows.map((row) => {
      const due = toDue(row, nowMs);
      return { due, decision: request.decide(due) };
    });
    const fires = decided.map(({ due, decision }) =>
      decision.outcome === "submitted"
        ? planned(due, decision, request.plan)
        : { ...decision, schedule: due, error: null, plan: null },
    );
    const { recorded, jobs } = await write(client, fires, { nowMs, manual: false });
    await client.query(
      hotStatement("schedules/advance", [
        decided.map(({ due }) => due.id),
        decided.map(({ decision }) => dateOf(decision.nextFireMs)),
      ]),
    );
    return {
      decided: rows.length,
      jobs,
      outcomes: recorded.map(({ outcome, passedOver, fireMs }) => ({
        outcome,
        passedOver,
        lateMs: nowMs - fireMs,
      })),
    };
  });
}

/** A fire that was asked for. Null: the schedule is gone. */
export async function fireAsked(
  database: Database,
  id: number,
  asked: { readonly fireMs: number | null; readonly plan: PlanFire },
): Promise<{
  readonly fireMs: number;
  readonly existed: boolean;
  readonly jobs: readonly ChangedJob[];
} | null> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<DueRow>(hotStatement("schedules/lock", [id]));
    const [row] = rows;
    if (row === undefined) return null;
    const nowMs = wholeMs(row.now);
    const fireMs = asked.fireMs ?? nowMs;
    const schedule = { id, namespace: row.namespace, name: row.name, work: fromStored(row.work) };
    const fire = planned(schedule, { fireMs, passedOver: 0 }, asked.plan);
    const { recorded, jobs } = await write(client, [fire], { nowMs, manual: true });
    return { fireMs, existed: recorded.length === 0, jobs };
  });
}

type Undecided = Omit<Fire, "graphId" | "ids">;

function planned(
  schedule: Pick<DueSchedule, "id" | "namespace" | "name" | "work">,
  { fireMs, passedOver }: { readonly fireMs: number; readonly passedOver: number },
  plan: PlanFire,
): Undecided {
  const made = plan(schedule, fireMs);
  const fire = { schedule, fireMs, passedOver };
  return "refused" in made
    ? { ...fire, outcome: "refused", error: made.refused, plan: null }
    : { ...fire, outcome: "submitted", error: null, plan: made };
}

async function write(
  client: PoolClient,
  undecided: readonly Undecided[],
  { nowMs, manual }: { readonly nowMs: number; readonly manual: boolean },
): Promise<{ readonly recorded: readonly Fire[]; readonly jobs: readonly ChangedJob[] }> {
  const fires = await numbered(client, undecided);
  const { rows } = await client.query<{ schedule_id: number }>(
    hotStatement("schedules/record_fires", [
      fires.map((fire) => fire.schedule.id),
      fires.map((fire) => new Date(fire.fireMs)),
      fires.map((fire) => FIRE_OUTCOMES.indexOf(fire.outcome)),
      manual,
      fires.map((fire) => fire.graphId),
      fires.map((fire) => fire.ids[0] ?? null),
      fires.map((fire) => fire.ids.at(-1) ?? null),
      fires.map((fire) => fire.passedOver),
      fires.map((fire) => fire.error),
      new Date(nowMs),
    ]),
  );
  const written = new Set(rows.map((row) => row.schedule_id));
  const recorded = fires.filter((fire) => written.has(fire.schedule.id));
  return { recorded, jobs: await submit(client, recorded, nowMs) };
}

async function numbered(client: PoolClient, fires: readonly Undecided[]): Promise<Fire[]> {
  const counts = fires.map(({ plan }) =>
    plan === null ? 0 : plan.jobs.length + (plan.graphName === null ? 0 : 1),
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return fires.map((fire) => ({ ...fire, graphId: null, ids: [] }));
  const blocks = Math.ceil(total / ID_BLOCK);
  const { rows } = await client.query<{ first: number }>(hotStatement("allocate_id_blocks", [blocks]));
  const ids = rows.flatMap(({ first }) => Array.from({ length: ID_BLOCK }, (_, at) => first + at));
  let next = 0;
  return fires.map((fire, at) => {
    const own = ids.slice(next, (next += counts[at] ?? 0));
    const inGraph = fire.plan !== null && fire.plan.graphName !== null;
    return { ...fire, graphId: inGraph ? (own[0] ?? null) : null, ids: inGraph ? own.slice(1) : own };
  });
}

async function submit(client: PoolClient, fires: readonly Fire[], nowMs: number): Promise<ChangedJob[]> {
  const queueIds = await resolveQueues(client, fires);
  const graphs: InsertGraph[] = [];
  const rows: InsertJob[] = [];
  for (const { schedule, plan, graphId, ids } of fires) {
    if (plan === null) continue;
    if (graphId !== null) {
      graphs.push({
        id: graphId,
        namespace: schedule.namespace,
        name: plan.graphName ?? "",
        jobCount: ids.length,
        firstJobId: ids[0] ?? graphId,
        lastJobId: ids.at(-1) ?? graphId,
        timeoutMs: null,
      });
    }
    for (const job of planSubmission(plan.jobs, ids, NO_PARENTS, nowMs).jobs) {
      const readyUs = job.state === "ready" ? nowMs * 1000 + rows.length : null;
      const queueId = queueIds.get(queueKey(schedule.namespace, job.job.queue)) as number;
      rows.push({ planned: job, queueId, graphId, readyUs });
    }
  }
  if (rows.length === 0) return [];
  const keyed = rows.filter((row) => row.planned.job.concurrency !== undefined).map((row) => row.queueId);
  if (keyed.length > 0) await client.query(hotStatement("mark_keyed", [keyed]));
  await client.query(hotStatement("submit", insertValues(nowMs, rows, graphs)));
  const due = deadlineValues(nowMs, rows, graphs);
  if (due !== null) await client.query(hotStatement("arm_deadlines", due));
  return rows.flatMap((row) => (row.planned.state === "blocked" ? [] : [changedFrom(row, nowMs)]));
}

/** They exist since the schedule was made, unless somebody restored the one table and not the other. */
async function resolveQueues(client: PoolClient, fires: readonly Fire[]): Promise<Map<string, number>> {
  const wanted = new Map<string, readonly [string, string]>();
  for (const { schedule, plan } of fires) {
    for (const { queue } of plan?.jobs ?? []) {
      wanted.set(queueKey(schedule.namespace, queue), [schedule.namespace, queue]);
    }
  }
  if (wanted.size === 0) return new Map();
  const values = [
    [...wanted.values()].map(([namespace]) => namespace),
    [...wanted.values()].map(([, name]) => name),
  ];
  await client.query(hotStatement("resolve_queues", values));
  const { rows } = await client.query<{ id: number; namespace: string; name: string }>(
    hotStatement("schedules/queue_ids", values),
  );
  return new Map(rows.map((row) => [queueKey(row.namespace, row.name), row.id]));
}

function queueKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function changedFrom({ planned: job, queueId, graphId, readyUs }: InsertJob, createdMs: number): ChangedJob {
  return {
    id: job.id,
    createdMs,
    queueId,
    graphId,
    state: job.state,
    type: job.job.type,
    effectivePriority: job.effectivePriority,
    readyUs: placeUs(readyUs, job.job),
    runAtMs: job.job.runAtMs,
    concurrencyKey: job.job.concurrency?.key ?? null,
  };
}

function toDue(row: DueRow, nowMs: number): DueSchedule {
  return {
    id: row.id,
    namespace: row.namespace,
    name: row.name,
    rule: readRule(row),
    work: fromStored(row.work),
    nextFireMs: row.next_fire_at.getTime(),
    hasOpenWork: row.has_open_work,
    nowMs,
  };
}

function wholeMs(at: Date): number {
  return Math.floor(at.getTime());
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
