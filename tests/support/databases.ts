/**
 * A fresh, empty database for one test file, on the Postgres of the run. It is dropped at the end of the
 * top-level suite that asked for it; a connection that is still open then fails the suite.
 */
import pg from "pg";
import { eventually } from "./eventually.js";
import { track } from "./leftovers.js";
import { testPostgres } from "./services.js";

export interface FreshDatabase {
  readonly name: string;
  /** A superuser's URL. */
  readonly url: string;
  /**
   * How often each SQLSTATE was logged as an error for this database, e.g. `{ "23503": 1 }`.
   * @throws Error when the server was given by URL, since its log cannot be read
   */
  sqlstates(): Record<string, number>;
  /** Drops it. @throws Error naming the connections that were left open; it is dropped all the same */
  drop(): Promise<void>;
}

const CLOSING_MS = 3_000;
let made = 0;

/**
 * Call it in a hook or a test, not while files are loaded.
 * @param template an existing database to copy, e.g. one that is migrated already; nobody may be connected to it
 */
export async function freshDatabase(template?: FreshDatabase): Promise<FreshDatabase> {
  const postgres = await testPostgres();
  const name = `muster_test_${process.pid}_${++made}`;
  await asAdmin((client) =>
    client.query(`create database ${name} template ${template?.name ?? "template0"}`),
  );
  const untrack = track(`database ${name}`, () => drop());
  let dropped = false;

  async function drop(): Promise<void> {
    if (dropped) return;
    dropped = true;
    untrack();
    await asAdmin(async (client) => {
      const open = await openConnections(client, name);
      await client.query(`drop database if exists ${name} with (force)`);
      if (open.length > 0) throw new Error(`connections to ${name} were left open: ${open.join("; ")}`);
    });
  }

  return {
    name,
    url: postgres.url(name),
    sqlstates() {
      if (postgres.server === null) throw new Error("the log of a Postgres given by URL cannot be read");
      return countSqlstates(postgres.server.log(), name);
    },
    drop,
  };
}

/** Errors by SQLSTATE in a log whose prefix is `%m [%p] %d %e `. */
function countSqlstates(log: string, database: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const m of log.matchAll(/^\S+ \S+ \S+ \[\d+\] (\S+) ([0-9A-Z]{5}) (?:ERROR|FATAL|PANIC):/gm)) {
    const [, where, state] = m;
    if (where === database && state !== undefined) counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

/** A closed client's backend needs a moment to go; what stays is a leak. */
async function openConnections(client: pg.Client, database: string): Promise<string[]> {
  let open: string[] = [];
  const probe = async (): Promise<boolean> => {
    const { rows } = await client.query<{ what: string }>(
      "select concat_ws(' ', pid, application_name, state, left(query, 60)) as what from pg_stat_activity where datname = $1",
      [database],
    );
    open = rows.map((row) => row.what);
    return open.length === 0;
  };
  await eventually(probe, CLOSING_MS).catch(() => undefined);
  return open;
}

async function asAdmin<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const postgres = await testPostgres();
  const client = new pg.Client({ connectionString: postgres.url(), application_name: "muster tests" });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
