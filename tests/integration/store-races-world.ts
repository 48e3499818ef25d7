/**
 * What the race tests stand on: several replicas' worth of stores, each with connections of its own, on one migrated
 * database; and counters of what must never happen. At its end the database is audited and the log is read.
 */
import type { Metrics } from "../../server/core/metrics.js";
import { NO_METRICS } from "../../server/core/metrics.js";
import { Database } from "../../server/store/database.js";
import { migrate } from "../../server/store/migrate.js";
import { StoreWorld } from "../contract/store-world.js";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { freshDatabase, type FreshDatabase } from "../support/databases.js";

export class Races {
  readonly fresh: FreshDatabase;
  readonly replicas: readonly StoreWorld[];
  /** Deadlocks and foreign key violations that a store met, by name. */
  readonly forbidden: string[];

  /** SQLSTATEs for which a store ran a transaction again. */
  readonly retried: string[];

  private constructor(
    fresh: FreshDatabase,
    replicas: readonly StoreWorld[],
    met: Pick<Races, "forbidden" | "retried">,
  ) {
    this.fresh = fresh;
    this.replicas = replicas;
    this.forbidden = met.forbidden;
    this.retried = met.retried;
  }

  /** @param count replicas; each has 4 connections */
  static async open(count: number): Promise<Races> {
    const fresh = await freshDatabase();
    const forbidden: string[] = [];
    const retried: string[] = [];
    const metrics: Metrics = {
      ...NO_METRICS,
      deadlocked: () => forbidden.push("deadlock"),
      transactionRetried: (state) => retried.push(state),
      foreignKeyViolated: () => forbidden.push("foreign key"),
    };
    const replicas = Array.from({ length: count }, () => {
      const options = { connection: { url: fresh.url }, poolMax: 5, onError: () => undefined };
      return new StoreWorld(new Database(options), metrics);
    });
    const races = new Races(fresh, replicas, { forbidden, retried });
    await migrate(races.one.database.kysely);
    return races;
  }

  get one(): StoreWorld {
    return this.at(0);
  }

  at(index: number): StoreWorld {
    const replica = this.replicas[index % this.replicas.length];
    if (replica === undefined) throw new RangeError("no replicas");
    return replica;
  }

  /** @throws Error when something was found that no race may leave behind */
  async close(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.database.close()));
    try {
      if (this.forbidden.length > 0) throw new Error(`a store met: ${this.forbidden.join(", ")}`);
      await expectAuditClean(this.fresh.url);
      await expectNoDatabaseErrors(this.fresh);
    } finally {
      await this.fresh.drop();
    }
  }
}

/** Runs `round` for 0..count-1, at most `width` at once. */
export async function rounds(
  count: number,
  width: number,
  round: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await round(next++);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

/**
 * Both at once, begun in either order; and every fourth round one after the other, and every fourth the reverse, so that
 * a busy machine, on which one always wins, does not hide what happens when the other does.
 */
export async function race<A, B>(
  round: number,
  one: () => Promise<A>,
  other: () => Promise<B>,
): Promise<[A, B]> {
  switch (round % 4) {
    case 0:
      return Promise.all([one(), other()]);
    case 1: {
      const [b, a] = await Promise.all([other(), one()]);
      return [a, b];
    }
    case 2:
      return [await one(), await other()];
    default: {
      const b = await other();
      return [await one(), b];
    }
  }
}

/** A generator of numbers 0..1 that a seed repeats (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffled<T>(items: readonly T[], random01: () => number): T[] {
  return items
    .map((item) => ({ item, at: random01() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
