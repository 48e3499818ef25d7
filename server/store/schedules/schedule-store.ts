/**
 * Schedules in Postgres: the `ScheduleStore` port. Making, finding, pausing and deleting are simple statements; firing
 * is in fire.ts. Uses the general pool for what people ask and a hot connection for what inserts jobs.
 */
import { sql, type Selectable } from "kysely";
import { formatId } from "../../core/job-id.js";
import type { Metrics } from "../../core/metrics.js";
import { FIRE_OUTCOMES } from "../../core/schedule.js";
import type {
  Fired,
  FireRequest,
  FireView,
  PlanFire,
  ScheduleKey,
  ScheduleStore,
  StoredSchedule,
} from "../../core/schedule-operations.js";
import type { Database } from "../database.js";
import { withRetries } from "../errors.js";
import type { ScheduleFiresTable, SchedulesTable } from "../schema.js";
import { fireAsked, fireDue } from "./fire.js";
import { readRule, ruleColumns } from "./stored-rule.js";
import { fromStored, toStored } from "./stored-work.js";

export class PostgresScheduleStore implements ScheduleStore {
  readonly #database: Database;
  readonly #metrics: Metrics;

  constructor(database: Database, metrics: Metrics) {
    this.#database = database;
    this.#metrics = metrics;
  }

  create(input: Parameters<ScheduleStore["create"]>[0]): ReturnType<ScheduleStore["create"]> {
    const { rule, work, nextFireMs } = input;
    return this.#repeatable(async () => {
      const inserted = await this.#database.kysely
        .insertInto("schedules")
        .values({
          namespace: input.namespace,
          name: input.name,
          ...ruleColumns(rule),
          work: JSON.stringify(toStored(work)),
          body_hash: input.bodyHash,
          next_fire_at: nextFireMs === null ? null : new Date(nextFireMs),
          paused_at: input.paused ? sql<Date>`clock_timestamp()` : null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .executeTakeFirst();
      if (inserted !== undefined) return { stored: toSchedule(inserted), existed: false };
      const found = await this.#find(input);
      if (found === null) throw new GoneMeanwhile();
      return { stored: found, existed: true };
    });
  }

  find(key: ScheduleKey): Promise<StoredSchedule | null> {
    return this.#repeatable(() => this.#find(key));
  }

  async #find({ namespace, name }: ScheduleKey): Promise<StoredSchedule | null> {
    const row = await this.#database.kysely
      .selectFrom("schedules")
      .selectAll()
      .where("namespace", "=", namespace)
      .where("name", "=", name)
      .executeTakeFirst();
    return row === undefined ? null : toSchedule(row);
  }

  page(namespace: string, afterName: string, limit: number): Promise<readonly StoredSchedule[]> {
    return this.#repeatable(async () => {
      const rows = await this.#database.kysely
        .selectFrom("schedules")
        .selectAll()
        .where("namespace", "=", namespace)
        .where("name", ">", afterName)
        .orderBy("name")
        .limit(limit)
        .execute();
      return rows.map(toSchedule);
    });
  }

  fires(scheduleId: number, limit: number): Promise<readonly FireView[]> {
    return this.#repeatable(async () => {
      const rows = await this.#database.kysely
        .selectFrom("schedule_fires")
        .selectAll()
        .where("schedule_id", "=", scheduleId)
        .orderBy("fire_at", "desc")
        .limit(limit)
        .execute();
      return rows.map(toFire);
    });
  }

  pause(id: number): Promise<boolean> {
    return this.#repeatable(async () => {
      const { numUpdatedRows } = await this.#database.kysely
        .updateTable("schedules")
        .set({ paused_at: sql<Date>`clock_timestamp()` })
        .where("id", "=", id)
        .where("paused_at", "is", null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    });
  }

  resume(id: number, nextFireMs: number | null): Promise<boolean> {
    return this.#repeatable(async () => {
      const { numUpdatedRows } = await this.#database.kysely
        .updateTable("schedules")
        .set({ paused_at: null, next_fire_at: nextFireMs === null ? null : new Date(nextFireMs) })
        .where("id", "=", id)
        .where("paused_at", "is not", null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    });
  }

  /** What came of its fire times stays until it is pruned. */
  delete(id: number): Promise<boolean> {
    return this.#repeatable(async () => {
      const { numDeletedRows } = await this.#database.kysely
        .deleteFrom("schedules")
        .where("id", "=", id)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    });
  }

  async trigger(id: number, fireMs: number | null, plan: PlanFire): ReturnType<ScheduleStore["trigger"]> {
    // With its time given, a second call finds the row of the first.
    const asked = await withRetries(() => fireAsked(this.#database, id, { fireMs, plan }), {
      metrics: this.#metrics,
      repeatable: fireMs !== null,
    });
    if (asked === null) return null;
    const row = await this.#repeatable(() =>
      this.#database.kysely
        .selectFrom("schedule_fires")
        .selectAll()
        .where("schedule_id", "=", id)
        .where("fire_at", "=", new Date(asked.fireMs))
        .executeTakeFirst(),
    );
    return row === undefined ? null : { fire: toFire(row), existed: asked.existed, jobs: asked.jobs };
  }

  /** After a lost commit it looks again: what was written has moved on. Jobs nobody heard of are found as ready. */
  fireDue(request: FireRequest): Promise<Fired> {
    return this.#repeatable(() => fireDue(this.#database, request));
  }

  nextFireMs(): Promise<number | null> {
    return this.#repeatable(async () => {
      const row = await this.#database.kysely
        .selectFrom("schedules")
        .select("next_fire_at")
        .where("paused_at", "is", null)
        .where("next_fire_at", "is not", null)
        .orderBy("next_fire_at")
        .limit(1)
        .executeTakeFirst();
      return row?.next_fire_at?.getTime() ?? null;
    });
  }

  #repeatable<T>(transaction: () => Promise<T>): Promise<T> {
    return withRetries(transaction, { metrics: this.#metrics, repeatable: true });
  }
}

/** The name was taken when we inserted and free when we looked: run again. The code is that of a failed serialization. */
class GoneMeanwhile extends Error {
  readonly code = "40001";
}

function toSchedule(row: Selectable<SchedulesTable>): StoredSchedule {
  return {
    id: row.id,
    namespace: row.namespace,
    name: row.name,
    rule: readRule(row),
    work: fromStored(row.work),
    paused: row.paused_at !== null,
    bodyHash: row.body_hash,
    createdAt: row.created_at,
    nextFireAt: row.paused_at === null ? row.next_fire_at : null,
  };
}

function toFire(row: Selectable<ScheduleFiresTable>): FireView {
  const decidedMs = row.decided_at.getTime();
  const single = row.graph_id === null && row.first_job_id !== null;
  return {
    fireAt: row.fire_at,
    outcome: FIRE_OUTCOMES[row.outcome] ?? "missed",
    manual: row.manual,
    jobPublicId: single ? formatId(row.first_job_id as number, decidedMs) : null,
    graphPublicId: row.graph_id === null ? null : formatId(row.graph_id, decidedMs),
    passedOver: row.passed_over,
    decidedAt: row.decided_at,
    error: row.error,
  };
}
