/**
 * Applies `migrations/NNNN_<what>.sql` in order, each once, under a lock of ours, so that replicas may start
 * together: Kysely's own lock is taken only after it has made its tables. Migrations are append-only: expand first, contract in a later release.
 */
import { readdirSync, readFileSync } from "node:fs";
import { Migrator, sql, type Kysely, type Migration } from "kysely";
import type { Schema } from "./schema.js";

/** Ours alone among the advisory locks of the database. */
const LOCK_KEY = 7_878_000_001;

const ROOT = new URL("./migrations/", import.meta.url);

/** @returns the names of the migrations that were applied now */
export async function migrate(kysely: Kysely<Schema>): Promise<readonly string[]> {
  return kysely.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${LOCK_KEY})`.execute(connection);
    try {
      return await migrateLocked(connection);
    } finally {
      // A connection that is gone has let go of the lock by itself.
      await sql`select pg_advisory_unlock(${LOCK_KEY})`.execute(connection).catch(() => undefined);
    }
  });
}

async function migrateLocked(connection: Kysely<Schema>): Promise<readonly string[]> {
  const migrator = new Migrator({
    db: connection,
    provider: { getMigrations: () => Promise.resolve(migrations()) },
    migrationTableName: "muster_migrations",
    migrationLockTableName: "muster_migrations_lock",
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error(JSON.stringify(error));
  return (results ?? []).map((result) => result.migrationName);
}

/** Of this release, in order. */
export function migrationNames(): readonly string[] {
  return Object.keys(migrations());
}

/** The indexes that the migrations of this release leave behind, primary keys and unique constraints aside. */
export function migrationIndexes(): readonly string[] {
  const names = new Set<string>();
  for (const file of migrationNames()) {
    const text = readFileSync(new URL(`${file}.sql`, ROOT), "utf8").replaceAll(/--.*$/gm, "");
    const steps = text.matchAll(
      /\b(create(?: unique)?|drop) index(?: concurrently)?(?: if (?:not )?exists)? (\w+)/gi,
    );
    for (const [, step = "", name = ""] of steps) {
      if (step.toLowerCase() === "drop") names.delete(name);
      else names.add(name);
    }
  }
  return [...names];
}

function migrations(): Record<string, Migration> {
  const files = readdirSync(ROOT).filter((name) => name.endsWith(".sql"));
  return Object.fromEntries(
    files.toSorted().map((name) => [
      name.slice(0, -".sql".length),
      {
        up: async (db: Kysely<unknown>) => {
          for (const statement of statements(readFileSync(new URL(name, ROOT), "utf8"))) {
            await sql.raw(statement).execute(db);
          }
        },
      },
    ]),
  );
}

/** Splits at a semicolon that ends a line outside a dollar-quoted body; PGlite takes one statement a call. */
function statements(text: string): string[] {
  const found: string[] = [];
  let current: string[] = [];
  let quoted = false;
  for (const line of text.split("\n")) {
    const code = line.replace(/--.*$/, "").trimEnd();
    if ((line.match(/\$\$/g)?.length ?? 0) % 2 === 1) quoted = !quoted;
    current.push(code);
    if (!quoted && code.endsWith(";")) {
      found.push(current.join("\n").trim());
      current = [];
    }
  }
  const rest = current.join("\n").trim();
  return rest === "" ? found : [...found, rest];
}
