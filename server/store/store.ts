/**
 * The Postgres store: the verbs of this folder behind the `Store` port, each with retries on transient errors.
 * The same class runs on PGlite. Whether a verb may be run again after a lost connection is decided here, verb by
 * verb: those that may are harmless to repeat because of their guards (ids given by the caller, lease epochs).
 */
import type { Metrics } from "../core/metrics.js";
import type * as port from "../core/store.js";
import type { QueueKey } from "../core/ports.js";
import type { RedriveSettings } from "../core/redrive.js";
import type { ChangedJob, SettleRequest, SessionOrder } from "../core/settlement.js";
import type { AssignmentOptions } from "./assignments.js";
import { claim } from "./claim.js";
import type { Database } from "./database.js";
import { withRetries } from "./errors.js";
import { finishSucceeded } from "./finish.js";
import { judge } from "./judge.js";
import { insert, insertOnce } from "./insert.js";
import { lowerAncestors } from "./lower-ancestors.js";
import { raiseParents } from "./raise-parents.js";
import * as redrive from "./redrive.js";
import { register } from "./register.js";
import { changedJob, type ChangedRow } from "./rows.js";
import * as sessions from "./sessions.js";
import { discardLetters, retryLetters } from "./retry-letters.js";
import { settle } from "./settle.js";
import { submitLinked, type LinkedWrite } from "./submit-linked.js";

export interface StoreOptions {
  readonly database: Database;
  readonly metrics: Metrics;
  readonly assignments: AssignmentOptions;
}

export class PostgresStore implements port.Store {
  readonly #database: Database;
  readonly #metrics: Metrics;
  readonly #assignments: AssignmentOptions;

  constructor(options: StoreOptions) {
    this.#database = options.database;
    this.#metrics = options.metrics;
    this.#assignments = options.assignments;
  }

  isUp(): boolean {
    return this.#database.isUp();
  }

  databaseNowMs(): Promise<number> {
    return this.#repeatable(async () => {
      const { rows } = await this.#database.run<{ now: Date }>("database_now", []);
      return rows[0]?.now.getTime() as number;
    });
  }

  allocateIdBlocks(blocks: number): Promise<readonly number[]> {
    return this.#repeatable(async () => {
      const { rows } = await this.#database.run<{ first: number }>("allocate_id_blocks", [blocks]);
      return rows.map((row) => row.first);
    });
  }

  resolveQueues(keys: readonly QueueKey[]): Promise<readonly port.QueueRow[]> {
    return this.#repeatable(async () => {
      await this.#database.run("resolve_queues", [keys.map((k) => k.namespace), keys.map((k) => k.name)]);
      const all = await this.#queueRows();
      const wanted = new Set(keys.map((key) => `${key.namespace}/${key.name}`));
      return all.filter((row) => wanted.has(`${row.namespace}/${row.name}`));
    });
  }

  listQueueRows(): Promise<readonly port.QueueRow[]> {
    return this.#repeatable(() => this.#queueRows());
  }

  async #queueRows(): Promise<port.QueueRow[]> {
    const rows = await this.#database.kysely
      .selectFrom("queues")
      .select(["id", "namespace", "name", "paused_at", "limited", "keyed"])
      .execute();
    return rows.map((row) => ({
      id: row.id,
      namespace: row.namespace,
      name: row.name,
      paused: row.paused_at !== null,
      limited: row.limited,
      keyed: row.keyed,
    }));
  }

  insert(insertion: port.Insertion, mayBeThere = false): Promise<void> {
    let isAgain = mayBeThere;
    const write = async (): Promise<void> => {
      const wasTried = isAgain;
      isAgain = true;
      await insert(this.#database, insertion, wasTried);
      this.#remember(insertion);
    };
    return withRetries(write, {
      metrics: this.#metrics,
      repeatable: true,
      isIdempotent: false, // the ids are ours: who submits again gets others
      mayBeThere,
    });
  }

  insertOnce(...args: Parameters<port.Store["insertOnce"]>): Promise<port.Inserted | null> {
    const write = async (): Promise<port.Inserted | null> => {
      const inserted = await insertOnce(this.#database, ...args);
      this.#remember(args[0]);
      return inserted;
    };
    return withRetries(write, { metrics: this.#metrics, repeatable: false });
  }

  /** Harmless also for one that lost its key: its id is nobody else's. */
  #remember({ graphs, createdMs }: port.Insertion): void {
    for (const { id } of graphs) this.#assignments.graphIds.remember(id, createdMs);
  }

  submitLinked(submission: port.LinkedSubmission): Promise<port.LinkedSubmitted> {
    // With a key on every job and on the graph a repeat finds what the first run wrote.
    const keyed =
      submission.graph === null
        ? submission.jobs.every((job) => job.idempotencyKey !== null)
        : submission.graph.idempotencyKey !== null;
    const write: LinkedWrite = { submission, numbered: submission.numbered ?? null };
    const submit = async (): Promise<port.LinkedSubmitted> => {
      const submitted = await submitLinked(this.#database, write);
      const { graph } = submitted;
      if (graph !== null) this.#assignments.graphIds.remember(graph.id, graph.createdMs);
      return submitted;
    };
    return withRetries(submit, {
      metrics: this.#metrics,
      get repeatable() {
        return keyed || write.numbered !== null;
      },
      isIdempotent: keyed,
      mayBeThere: write.numbered !== null,
    });
  }

  /** Not repeated after a lost connection: what was claimed then is found again by its session. */
  claim(requests: readonly port.ClaimRequest[]): Promise<port.Claimed> {
    return withRetries(() => claim(this.#database, requests, this.#assignments), {
      metrics: this.#metrics,
      repeatable: false,
    });
  }

  /** With seats not repeated after a lost connection: what was given away then is found again by its session. */
  finishSucceeded(
    results: readonly port.SuccessResult[],
    seats: readonly port.Seat[] = [],
  ): Promise<port.Finished> {
    return withRetries(() => finishSucceeded(this.#database, { results, seats }, this.#assignments), {
      metrics: this.#metrics,
      repeatable: seats.length === 0,
    });
  }

  judge(results: Parameters<port.Store["judge"]>[0]): ReturnType<port.Store["judge"]> {
    return this.#repeatable(() => judge(this.#database, results));
  }

  settle(request: SettleRequest): ReturnType<port.Store["settle"]> {
    return this.#repeatable(() => settle(this.#database, request));
  }

  retryDeadLetters(...args: Parameters<port.Store["retryDeadLetters"]>): Promise<port.RetriedLetters> {
    return this.#repeatable(() => retryLetters(this.#database, ...args));
  }

  discardDeadLetters(
    ...args: Parameters<port.Store["discardDeadLetters"]>
  ): ReturnType<port.Store["discardDeadLetters"]> {
    return this.#repeatable(() => discardLetters(this.#database, ...args));
  }

  /** Not repeated after a lost connection: it would meet its own row. */
  startRedrive(settings: RedriveSettings): Promise<number | null> {
    return withRetries(() => redrive.startRedrive(this.#database, settings), {
      metrics: this.#metrics,
      repeatable: false,
    });
  }

  stopRedrive(which: Parameters<port.Store["stopRedrive"]>[0]): Promise<void> {
    return this.#repeatable(() => redrive.stopRedrive(this.#database, which));
  }

  redriveDueInMs(): Promise<number | null> {
    return this.#repeatable(() => redrive.redriveDueInMs(this.#database));
  }

  stepRedrive(): ReturnType<port.Store["stepRedrive"]> {
    return this.#repeatable(() => redrive.stepRedrive(this.#database));
  }

  raiseParents(reopened: readonly ChangedJob[]): ReturnType<port.Store["raiseParents"]> {
    return this.#repeatable(() => raiseParents(this.#database, reopened));
  }

  lowerAncestors(endedIds: readonly number[]): ReturnType<port.Store["lowerAncestors"]> {
    return this.#repeatable(() => lowerAncestors(this.#database, endedIds));
  }

  parentsOf(jobId: number): Promise<readonly number[]> {
    return this.#repeatable(async () => {
      const query = this.#database.kysely.selectFrom("jobs").select("parent_ids").where("id", "=", jobId);
      return (await query.executeTakeFirst())?.parent_ids ?? [];
    });
  }

  staleRaises(limit: number): Promise<readonly number[]> {
    return this.#repeatable(async () => {
      const { rows } = await this.#database.run<{ id: number }>("stale_raises", [limit]);
      return rows.map((row) => row.id);
    });
  }

  recordProgress(items: readonly port.ProgressRow[]): Promise<void> {
    return this.#repeatable(() => sessions.recordProgress(this.#database, items));
  }

  register(requests: readonly port.RegisterRequest[]): ReturnType<port.Store["register"]> {
    return this.#repeatable(() => register(this.#database, requests));
  }

  renew(rows: readonly port.HeartbeatRow[], leaseTtlMs: number): Promise<ReadonlySet<number>> {
    return this.#repeatable(() => sessions.renew(this.#database, rows, leaseTtlMs));
  }

  endSessions(
    held: readonly port.HeldSession[],
    how: port.SessionEnd,
    reason: string,
  ): Promise<readonly number[]> {
    return this.#repeatable(() => sessions.endSessions(this.#database, held, how, reason));
  }

  markSuspect(held: readonly port.HeldSession[]): Promise<void> {
    return this.#repeatable(() => sessions.markSuspect(this.#database, held));
  }

  markDraining(ids: readonly number[]): Promise<readonly number[]> {
    return this.#repeatable(() => sessions.markDraining(this.#database, ids));
  }

  expireSessions(limit: number): Promise<readonly number[]> {
    return this.#repeatable(() => sessions.expireSessions(this.#database, limit));
  }

  extendLeases(leaseTtlMs: number): Promise<number> {
    return this.#repeatable(() => sessions.extendLeases(this.#database, leaseTtlMs));
  }

  jobsOfSessions(ids: readonly number[]): ReturnType<port.Store["jobsOfSessions"]> {
    return this.#repeatable(() => sessions.jobsOfSessions(this.#database, ids));
  }

  orphanedJobs(limit: number): ReturnType<port.Store["orphanedJobs"]> {
    return this.#repeatable(() => sessions.orphanedJobs(this.#database, limit));
  }

  ordersFor(held: readonly port.HeldSession[]): Promise<readonly port.StoredOrder[]> {
    return this.#repeatable(() => sessions.ordersFor(this.#database, held));
  }

  writeOrders(orders: readonly SessionOrder[]): Promise<void> {
    return this.#repeatable(() => sessions.writeOrders(this.#database, orders));
  }

  deleteOrders(ids: readonly number[]): Promise<void> {
    return this.#repeatable(async () => {
      if (ids.length === 0) return;
      await this.#database.kysely
        .deleteFrom("session_orders")
        .where("id", "in", [...ids])
        .execute();
    });
  }

  dueDeadlines(limit: number): ReturnType<port.Store["dueDeadlines"]> {
    return this.#repeatable(async () => {
      const { rows } = await this.#database.run<{ id: number; is_graph: boolean }>("due_deadlines", [limit]);
      return rows.map((row) => ({ id: row.id, isGraph: row.is_graph }));
    });
  }

  openGraphJobs(graphId: number, belowId: number, limit: number): Promise<readonly number[]> {
    return this.#repeatable(async () => {
      const values = [graphId, belowId, limit];
      const { rows } = await this.#database.run<{ id: number }>("open_graph_jobs", values);
      return rows.map((row) => row.id);
    });
  }

  dropDeadline(graphId: number): Promise<void> {
    return this.#repeatable(async () => {
      await this.#database.kysely.deleteFrom("deadlines").where("id", "=", graphId).execute();
    });
  }

  promoteDue(limit: number): ReturnType<port.Store["promoteDue"]> {
    return this.#repeatable(() => this.#changed("promote_due", [limit]));
  }

  nextDueMs(): Promise<number | null> {
    return this.#repeatable(async () => {
      const row = await this.#database.kysely
        .selectFrom("jobs")
        .select("run_at")
        .where("run_at", "is not", null)
        .where("state", "=", 1)
        .orderBy("run_at")
        .limit(1)
        .executeTakeFirst();
      return row?.run_at?.getTime() ?? null;
    });
  }

  readyPage(queueId: number, afterId: number, limit: number): ReturnType<port.Store["readyPage"]> {
    return this.#repeatable(() => this.#changed("ready_page", [queueId, afterId, limit]));
  }

  peekReady(
    queueId: number,
    types: readonly string[] | null,
    limit: number,
  ): ReturnType<port.Store["peekReady"]> {
    return this.#repeatable(() => this.#changed("peek_ready", [queueId, types, limit]));
  }

  async #changed(statement: string, values: unknown[]) {
    return (await this.#database.run<ChangedRow>(statement, values)).rows.map(changedJob);
  }

  #repeatable<T>(transaction: () => Promise<T>): Promise<T> {
    return withRetries(transaction, { metrics: this.#metrics, repeatable: true });
  }
}
