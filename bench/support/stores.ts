/**
 * The Postgres and the Redis of one bench run: private ones, or those given by URL. Hands out fresh databases and
 * key prefixes, so that no scenario sees what another left behind. The only place of the bench that speaks to the
 * stores about themselves (versions, durability settings); scenarios go through the wire.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import pg from "pg";
import { startPrivatePostgres } from "./private-postgres.js";
import { startPrivateRedis } from "./private-redis.js";

export interface StoreOptions {
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** For the private Postgres only. */
  readonly postgresSettings: Readonly<Record<string, string>>;
}

export interface Stores {
  /** Undefined when it was given by URL: whose processor time it is cannot be told then. */
  readonly postgresPid: number | undefined;
  readonly redisPid: number | undefined;
  readonly redisUrl: string;
  /** Version and the settings that decide how durable an answer is. */
  readonly settings: Readonly<Record<string, string>>;
  /** An empty database of its own. */
  freshDatabase(): Promise<FreshDatabase>;
  freshKeyPrefix(): string;
  stop(): Promise<void>;
}

export interface FreshDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

const SHOWN = [
  "server_version",
  "fsync",
  "synchronous_commit",
  "full_page_writes",
  "shared_buffers",
  "commit_delay",
  "max_connections",
] as const;
const CLOSING_MS = 5_000;

export async function openStores(options: StoreOptions): Promise<Stores> {
  const postgres =
    options.databaseUrl === undefined ? await startPrivatePostgres(options.postgresSettings) : undefined;
  const redis = options.redisUrl === undefined ? await startPrivateRedis() : undefined;
  const adminUrl = options.databaseUrl ?? postgres?.url("postgres") ?? "";
  const redisUrl = options.redisUrl ?? redis?.url ?? "";
  let made = 0;
  const name = (): string => `muster_bench_${process.pid}_${++made}`;

  async function freshDatabase(): Promise<FreshDatabase> {
    const database = name();
    await asAdmin(adminUrl, (client) => client.query(`create database ${database} template template0`));
    const url = new URL(adminUrl);
    url.pathname = `/${database}`;
    return {
      url: url.href,
      drop: () =>
        asAdmin(adminUrl, async (client) => {
          await connectionsClosed(client, database);
          await client.query(`drop database if exists ${database} with (force)`);
        }),
    };
  }

  return {
    postgresPid: postgres?.pid,
    redisPid: redis?.pid,
    redisUrl,
    settings: { ...(await postgresSettings(adminUrl)), ...(await redisSettings(redisUrl)) },
    freshDatabase,
    freshKeyPrefix: () => name(),
    async stop() {
      await postgres?.stop();
      await redis?.stop();
    },
  };
}

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: "muster bench" });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Clients that closed a moment ago: one that is cut off while it goes throws, in some peers past everyone. */
async function connectionsClosed(client: pg.Client, database: string): Promise<void> {
  const deadlineMs = performance.now() + CLOSING_MS;
  while (performance.now() < deadlineMs) {
    const { rows } = await client.query("select 1 from pg_stat_activity where datname = $1", [database]);
    if (rows.length === 0) return;
    await sleep(20);
  }
}

async function postgresSettings(url: string): Promise<Record<string, string>> {
  const settings: Record<string, string> = {};
  await asAdmin(url, async (client) => {
    for (const setting of SHOWN) {
      const { rows } = await client.query<Record<string, string>>(`show ${setting}`);
      settings[`postgres.${setting}`] = rows[0]?.[setting] ?? "";
    }
  });
  return settings;
}

async function redisSettings(url: string): Promise<Record<string, string>> {
  const redis = new Redis(url);
  try {
    const version = /redis_version:(\S+)/.exec(await redis.info("server"))?.[1] ?? "";
    const [, appendonly = ""] = await redis.config("GET", "appendonly");
    const [, appendfsync = ""] = await redis.config("GET", "appendfsync");
    return { "redis.version": version, "redis.appendonly": appendonly, "redis.appendfsync": appendfsync };
  } finally {
    redis.disconnect();
  }
}
