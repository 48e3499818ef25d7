/**
 * The limits of queues and keys in Postgres: `LimitStore`. Claims under limits run as one session-local function, so
 * the locks of the limits are held for one round trip. Retries as in `PostgresStore`.
 */
import type { PoolClient } from "pg";
import type { LeftPlace, LimitedClaimed, LimitStore, QueueRoom } from "../core/limit-store.js";
import type { QueueLimits } from "../core/limits.js";
import type { Metrics } from "../core/metrics.js";
import type { ChangedJob } from "../core/settlement.js";
import type { ClaimRequest } from "../core/store.js";
import { bigints, texts } from "./binary-array.js";
import type { AssignmentOptions, ClaimedRow } from "./assignments.js";
import { completed, heldSessions } from "./claim.js";
import type { Database } from "./database.js";
import { withRetries } from "./errors.js";
import { runPrepared } from "./prepared.js";
import { changedJob, type ChangedRow } from "./rows.js";
import { hotStatement } from "./sql-file.js";

export interface LimitsOptions {
  readonly database: Database;
  readonly metrics: Metrics;
  readonly assignments: AssignmentOptions;
  /** After how long a job counts as more urgent within its key: the times of the ready queue. */
  readonly ageing: { readonly lowToMediumMs: number; readonly toHighMs: number };
}

type LimitedRow = Omit<ClaimedRow, "id"> & {
  readonly id: number | null;
  readonly room: number | null;
  readonly wait_ms: number | null;
  readonly held: number[] | null;
};

const CLAIM = "select * from pg_temp.claim_limited($1, $2, $3, $4, $5, $6, $7)";
/** How long the first limit of a queue waits for the claims and lists under way; then it is tried again. */
const ALONE_WITHIN = "set local lock_timeout = '1s'";

export class PostgresLimits implements LimitStore {
  readonly #database: Database;
  readonly #metrics: Metrics;
  readonly #assignments: AssignmentOptions;
  readonly #ageing: readonly [number, number];

  constructor(options: LimitsOptions) {
    this.#database = options.database;
    this.#metrics = options.metrics;
    this.#assignments = options.assignments;
    this.#ageing = [options.ageing.lowToMediumMs, options.ageing.toHighMs];
  }

  /** Not repeated after a lost connection: what was claimed then is found again by its session. */
  claimLimited(queueId: number, requests: readonly ClaimRequest[]): Promise<LimitedClaimed> {
    return withRetries(() => this.#claim(queueId, requests), { metrics: this.#metrics, repeatable: false });
  }

  async #claim(queueId: number, requests: readonly ClaimRequest[]): Promise<LimitedClaimed> {
    const values = [
      queueId,
      bigints(requests.map((r) => r.jobId)),
      bigints(requests.map((r) => r.sessionId)),
      ...heldSessions(requests),
      ...this.#ageing,
    ];
    const { rows } = await this.#database.withHot((client) =>
      runPrepared<LimitedRow>(client, { name: "claim_limited", text: CLAIM, values }),
    );
    const claimed = rows.filter((row): row is LimitedRow & ClaimedRow => row.id !== null);
    const summary = rows.find((row) => row.id === null);
    const { assignments, stillReady } = await completed(this.#database, requests, claimed, this.#assignments);
    const held = new Set(summary?.held);
    return {
      assignments,
      stillReady: stillReady.filter((job) => !held.has(job.id)),
      heldByKey: stillReady.filter((job) => held.has(job.id)),
      room: { room: summary?.room ?? null, waitMs: summary?.wait_ms ?? null },
    };
  }

  turns(queueId: number, keys: readonly string[]): Promise<ChangedJob[]> {
    return this.#repeatable(async () => {
      const { rows } = await this.#database.hot<ChangedRow>("turns", [queueId, texts(keys), ...this.#ageing]);
      return rows.map(changedJob);
    });
  }

  leftPlaces(jobIds: readonly number[]): Promise<LeftPlace[]> {
    return this.#repeatable(async () => {
      const { rows } = await this.#database.run<{ queue_id: number; concurrency_key: string | null }>(
        "left_places",
        [jobIds],
      );
      return rows.map((row) => ({ queueId: row.queue_id, key: row.concurrency_key }));
    });
  }

  openKeys(queueId: number, afterKey: string | null, limit: number): Promise<string[]> {
    return this.#repeatable(async () => {
      const { rows } = await this.#database.run<{ key: string }>("open_keys", [queueId, afterKey, limit]);
      return rows.map((row) => row.key);
    });
  }

  queueRoom(queueId: number): Promise<QueueRoom | null> {
    return this.#repeatable(async () => {
      const { rows } = await this.#database.hot<{ room: number | null; wait_ms: number | null }>(
        "queue_room",
        [queueId],
      );
      return rows[0] === undefined ? null : { room: rows[0].room, waitMs: rows[0].wait_ms };
    });
  }

  markKeyed(queueIds: readonly number[]): Promise<void> {
    return this.#repeatable(async () => {
      await this.#database.run("mark_keyed", [queueIds]);
    });
  }

  setLimits(queueId: number, limits: QueueLimits | null): Promise<void> {
    return this.#repeatable(() =>
      this.#database.transaction((client) =>
        limits === null ? clear(client, queueId) : set(client, queueId, limits),
      ),
    );
  }

  forgetUnused(limit: number): Promise<number> {
    return this.#repeatable(async () => {
      const { rows } = await this.#database.run<{ places: number; keys: number }>("forget_limits", [limit]);
      return (rows[0]?.places ?? 0) + (rows[0]?.keys ?? 0);
    });
  }

  #repeatable<T>(transaction: () => Promise<T>): Promise<T> {
    return withRetries(transaction, { metrics: this.#metrics, repeatable: true });
  }
}

async function set(client: PoolClient, queueId: number, limits: QueueLimits): Promise<void> {
  const { rows } = await client.query<{ limited: boolean }>("select limited from queues where id = $1", [
    queueId,
  ]);
  if (rows[0]?.limited === false) {
    // Claims read `queues` and lock nothing there. Alone with the table, none is under way that has not seen the limit,
    // and every job that runs is committed and can be counted.
    await client.query(ALONE_WITHIN);
    await client.query("lock table queues in access exclusive mode");
    await client.query("update queues set limited = true where id = $1", [queueId]);
    await client.query(hotStatement("count_running", [queueId]));
  }
  const { concurrency, keyConcurrency, rate } = limits;
  await client.query(
    hotStatement("set_queue_limits", [
      queueId,
      concurrency,
      keyConcurrency,
      rate?.starts ?? null,
      rate?.periodMs ?? null,
      rate?.burst ?? null,
    ]),
  );
}

/** Places of keys stay: keys limit by themselves. */
async function clear(client: PoolClient, queueId: number): Promise<void> {
  await client.query("delete from queue_limits where queue_id = $1", [queueId]);
  await client.query("update queues set limited = false where id = $1 and limited", [queueId]);
  await client.query("delete from limit_places where queue_id = $1 and concurrency_key is null", [queueId]);
}
