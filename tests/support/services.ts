/**
 * The Postgres and the Redis of this test run: private servers started at the first call, or the ones named by
 * MUSTER_TEST_DATABASE_URL and MUSTER_TEST_REDIS_URL. One of each a mocha process; `fixtures.ts` stops them at
 * its end. Tests take a database and a key prefix of their own from `databases.ts` and `key-prefix.ts`.
 */
import { PrivatePostgres } from "./private-postgres.js";
import { PrivateRedis } from "./private-redis.js";

export interface TestPostgres {
  /** URL of a superuser for one database of the server. */
  url(database?: string): string;
  /** Null when the server was given by URL: then there is no log to read and nothing to kill. */
  readonly server: PrivatePostgres | null;
}

export interface TestRedis {
  readonly url: string;
  readonly server: PrivateRedis | null;
}

let postgres: Promise<TestPostgres> | null = null;
let redis: Promise<TestRedis> | null = null;

export function testPostgres(): Promise<TestPostgres> {
  return (postgres ??= startPostgres());
}

export function testRedis(): Promise<TestRedis> {
  return (redis ??= startRedis());
}

/** Both at once. */
export async function services(): Promise<{ readonly postgres: TestPostgres; readonly redis: TestRedis }> {
  const [startedPostgres, startedRedis] = await Promise.all([testPostgres(), testRedis()]);
  return { postgres: startedPostgres, redis: startedRedis };
}

/** Stops what was started here. Called once, at the end of the run. */
export async function stopServices(): Promise<void> {
  const [startedPostgres, startedRedis] = [await postgres, await redis];
  postgres = null;
  redis = null;
  await startedPostgres?.server?.stop();
  await startedRedis?.server?.stop();
}

async function startPostgres(): Promise<TestPostgres> {
  const given = process.env["MUSTER_TEST_DATABASE_URL"];
  if (given) {
    return {
      server: null,
      url: (database) => {
        const url = new URL(given);
        if (database !== undefined) url.pathname = `/${database}`;
        return url.href;
      },
    };
  }
  const server = await PrivatePostgres.start({ shared: true });
  return { server, url: (database) => server.url(database) };
}

async function startRedis(): Promise<TestRedis> {
  const given = process.env["MUSTER_TEST_REDIS_URL"];
  if (given) return { url: given, server: null };
  const server = await PrivateRedis.start({ shared: true });
  return { url: server.url, server };
}
