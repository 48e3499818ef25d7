/**
 * Pruning in Postgres: the `RetentionStore` port. Every method is one short transaction on the general pool, so that
 * the connections of claims and results never wait for it; rows that somebody holds are skipped, never waited for.
 */
import type { PoolClient } from "pg";
import type { Metrics } from "../../core/metrics.js";
import {
  notNeeded,
  type Boundary,
  type Pruned,
  type RetentionPolicy,
  type RetentionStore,
  type WalkedJob,
} from "../../core/retention.js";
import type { Database } from "../database.js";
import { withRetries } from "../errors.js";
import { sqlFile } from "../sql-file.js";

const TURN = "pruner";

export class PostgresRetentionStore implements RetentionStore {
  readonly #database: Database;
  readonly #metrics: Metrics;

  constructor(database: Database, metrics: Metrics) {
    this.#database = database;
    this.#metrics = metrics;
  }

  takeTurn(holder: string, turnMs: number): Promise<boolean> {
    return this.#repeatable(async () => {
      const { rowCount } = await this.#database.run("retention/take_turn", [TURN, holder, turnMs]);
      return rowCount === 1;
    });
  }

  walk(
    query: { readonly afterId: number; readonly limit: number },
    policy: RetentionPolicy,
    boundaries: readonly Boundary[],
  ): Promise<readonly WalkedJob[]> {
    return this.#repeatable(async () => {
      const { rows } = await this.#database.run<{
        id: number;
        queue_id: number;
        graph_id: number | null;
        ended: boolean;
        expired: boolean;
        age_ms: number;
      }>("retention/walk", [query.afterId, query.limit, ...expiryValues(policy, boundaries)]);
      return rows.map((row) => ({
        id: row.id,
        queueId: row.queue_id,
        graphId: row.graph_id,
        hasEnded: row.ended,
        isExpired: row.expired,
        ageMs: row.age_ms,
      }));
    });
  }

  boundaryOf(queueId: number, excess: number): Promise<number | null> {
    return this.#repeatable(async () => {
      const { rows } = await this.#database.run<{ id: number }>("retention/boundary", [queueId, excess]);
      return rows[0]?.id ?? null;
    });
  }

  pruneJobs(
    ids: readonly number[],
    policy: RetentionPolicy,
    boundaries: readonly Boundary[],
  ): Promise<Pruned> {
    return this.#transaction(async (client) => {
      const locked = await lockExpired(client, ids, expiryValues(policy, boundaries));
      return deleteJobs(client, notNeeded(locked, await needingEdges(client, locked)), []);
    });
  }

  pruneGraph(id: number, policy: RetentionPolicy, boundaries: readonly Boundary[]): Promise<Pruned> {
    return this.#transaction(async (client) => {
      const graph = (
        await client.query<{ job_count: number; job_ids: number[] }>(sqlFile("retention/lock_graph"), [
          id,
          policy.keysMs,
        ])
      ).rows[0];
      if (graph === undefined) return {};
      const locked = await lockExpired(client, graph.job_ids, expiryValues(policy, boundaries));
      if (locked.length !== graph.job_ids.length) return {};
      const edges = await needingEdges(client, locked);
      if (notNeeded(locked, edges).length !== locked.length) return {};
      return deleteJobs(client, locked, [id]);
    });
  }

  pruneSessions(
    sessionsMs: number,
    { afterId, limit }: { readonly afterId: number; readonly limit: number },
  ): ReturnType<RetentionStore["pruneSessions"]> {
    return this.#transaction(async (client) => {
      const { rows } = await client.query<{ id: number; is_named: boolean }>(
        sqlFile("retention/old_sessions"),
        [sessionsMs, afterId, limit],
      );
      const ids = rows.filter((row) => !row.is_named).map((row) => row.id);
      for (const statement of ["delete_leases_of", "delete_orders_of", "delete_sessions"]) {
        if (ids.length > 0) await client.query(sqlFile(`retention/${statement}`), [ids]);
      }
      const nextId = rows.length < limit ? 0 : (rows.at(-1)?.id ?? 0);
      return { pruned: { sessions: ids.length }, nextId };
    });
  }

  pruneOrders(limit: number): Promise<Pruned> {
    return this.#counted("retention/delete_orders", [limit]);
  }

  pruneFires(firesMs: number, limit: number): Promise<Pruned> {
    return this.#counted("retention/delete_fires", [firesMs, limit]);
  }

  pruneRedrives(failedMs: number, limit: number): Promise<Pruned> {
    return this.#counted("retention/delete_redrives", [failedMs, limit]);
  }

  #counted(statement: string, values: unknown[]): Promise<Pruned> {
    return this.#repeatable(async () => (await this.#database.run<Pruned>(statement, values)).rows[0] ?? {});
  }

  #transaction<T>(use: (client: PoolClient) => Promise<T>): Promise<T> {
    return this.#repeatable(() => this.#database.generalTransaction(use));
  }

  /** What is gone is not found again. */
  #repeatable<T>(transaction: () => Promise<T>): Promise<T> {
    return withRetries(transaction, { metrics: this.#metrics, repeatable: true });
  }
}

/** The last parameters of walk and lock_expired. */
function expiryValues(policy: RetentionPolicy, boundaries: readonly Boundary[]): unknown[] {
  return [
    policy.succeededMs,
    policy.failedMs,
    policy.keysMs,
    boundaries.map(({ queueId }) => queueId),
    boundaries.map(({ jobId }) => jobId),
  ];
}

async function lockExpired(
  client: PoolClient,
  ids: readonly number[],
  expiry: readonly unknown[],
): Promise<number[]> {
  if (ids.length === 0) return [];
  const { rows } = await client.query<{ id: number }>(sqlFile("retention/lock_expired"), [ids, ...expiry]);
  return rows.map((row) => row.id);
}

async function needingEdges(
  client: PoolClient,
  ids: readonly number[],
): Promise<{ parentId: number; childId: number }[]> {
  if (ids.length === 0) return [];
  const { rows } = await client.query<{ parent_id: number; child_id: number }>(
    sqlFile("retention/needing_edges"),
    [ids],
  );
  return rows.map((row) => ({ parentId: row.parent_id, childId: row.child_id }));
}

async function deleteJobs(
  client: PoolClient,
  ids: readonly number[],
  graphIds: readonly number[],
): Promise<Pruned> {
  if (ids.length === 0 && graphIds.length === 0) return {};
  const { rows } = await client.query<Pruned>(sqlFile("retention/delete_jobs"), [ids, graphIds]);
  return rows[0] ?? {};
}
