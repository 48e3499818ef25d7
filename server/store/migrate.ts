/**
 * Applies `migrations/NNNN_<what>.sql` in order, each once, under a lock of ours, so that replicas may start
 * together: Kysely's own lock is taken only after it has made its tables. Migrations are append-only: they expand, so that
 * the servers of the release before go on beside them; what takes something away comes in a later release and is
 * named `NNNN_contract_<what>.sql`, by which older servers know that they must not start.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Migrator, sql, type Kysely, type Migration } from "kysely";
import type { Schema } from "./schema.js";

/** Ours alone among the advisory locks of the database. */
const LOCK_KEY = 7_878_000_001;

const ROOT = new URL("./migrations/", import.meta.url);
/** Shorter than `deadlock_timeout`, which is 1 s unless somebody changed it. */
const LOCK_TIMEOUT = "400ms";
const LOCK_NOT_AVAILABLE = "55P03";
const DEADLOCK = "40P01";
const TRIES_MAX = 100;
const RETRY_MS = 200;
const CONTRACT = /^\d{4}_contract_/;

export interface MigrateOptions {
  /** False: a schema that is older than this server is refused instead. */
  readonly mayMigrate: boolean;
  /** Where the migrations lie; another folder stands for another release. */
  readonly root?: URL;
}

/** The schema and this server do not fit together, and waiting does not help. */
export class SchemaMismatch extends Error {
  override readonly name = "SchemaMismatch";
}

/**
 * Brings the schema to what this server expects. A newer one is fine as long as it only expanded.
 * @returns the names of the migrations that were applied now
 * @throws SchemaMismatch
 */
export async function migrate(
  kysely: Kysely<Schema>,
  { mayMigrate, root = ROOT }: MigrateOptions = { mayMigrate: true },
): Promise<readonly string[]> {
  return kysely.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${LOCK_KEY})`.execute(connection);
    try {
      const known = namesIn(root);
      const pending = pendingOf(known, await appliedTo(connection), mayMigrate);
      return pending.length === 0 ? [] : await migrateBesideWork(connection, root, known);
    } finally {
      // A connection that is gone has let go of the lock by itself.
      await sql`select pg_advisory_unlock(${LOCK_KEY})`.execute(connection).catch(() => undefined);
    }
  });
}

/**
 * Servers work on the tables meanwhile. A migration that needs more than one of their locks gives way before Postgres
 * would call it a deadlock and end somebody else's transaction, and comes again; all of it is one transaction.
 */
async function migrateBesideWork(
  connection: Kysely<Schema>,
  root: URL,
  known: readonly string[],
): Promise<readonly string[]> {
  await sql`select set_config('lock_timeout', ${LOCK_TIMEOUT}, false)`.execute(connection);
  try {
    for (let tries = 1; ; tries++) {
      try {
        return await migrateLocked(connection, root, known);
      } catch (error) {
        const state = error instanceof Error && "code" in error ? error.code : null;
        if ((state !== LOCK_NOT_AVAILABLE && state !== DEADLOCK) || tries >= TRIES_MAX) throw error;
        await delay(RETRY_MS * (0.5 + Math.random()));
      }
    }
  } finally {
    await sql`reset lock_timeout`.execute(connection).catch(() => undefined);
  }
}

/** What has to be applied, when schema and server fit together at all. */
function pendingOf(
  known: readonly string[],
  applied: readonly string[],
  mayMigrate: boolean,
): readonly string[] {
  const pending = known.filter((name) => !applied.includes(name));
  const unknown = applied.filter((name) => !known.includes(name));
  const newest = known.at(-1) ?? "none";
  const contracted = unknown.find((name) => CONTRACT.test(name));
  if (contracted !== undefined) {
    throw new SchemaMismatch(
      `database schema: expected ${newest} or later ones that only expand, got ${contracted}, which takes away ` +
        "what this release uses; start a newer release",
    );
  }
  if (unknown.length > 0 && pending.length > 0) {
    throw new SchemaMismatch(
      `database schema: expected one that this release or a newer one made, got ${unknown.join(", ")} without ` +
        `${pending.join(", ")}; it belongs to another line of releases`,
    );
  }
  if (pending.length > 0 && !mayMigrate) {
    throw new SchemaMismatch(
      `database schema: expected ${newest}, got ${applied.at(-1) ?? "an empty one"}; run \`muster migrate\`, or ` +
        "start with MUSTER_MIGRATE=true",
    );
  }
  return pending;
}

async function appliedTo(connection: Kysely<Schema>): Promise<readonly string[]> {
  const { rows: found } = await sql<{ there: boolean }>`
    select to_regclass('muster_migrations') is not null as there`.execute(connection);
  if (found[0]?.there !== true) return [];
  const { rows } = await sql<{ name: string }>`select name from muster_migrations order by name`.execute(
    connection,
  );
  return rows.map((row) => row.name);
}

async function migrateLocked(
  connection: Kysely<Schema>,
  root: URL,
  names: readonly string[],
): Promise<readonly string[]> {
  const migrator = new Migrator({
    db: connection,
    provider: { getMigrations: () => Promise.resolve(migrations(root, names)) },
    migrationTableName: "muster_migrations",
    migrationLockTableName: "muster_migrations_lock",
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error(JSON.stringify(error));
  return (results ?? []).map((result) => result.migrationName);
}

/** Of this release, in order. */
export function migrationNames(): readonly string[] {
  return namesIn(ROOT);
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

function namesIn(root: URL): readonly string[] {
  const files = readdirSync(root).filter((name) => name.endsWith(".sql"));
  return files.map((name) => name.slice(0, -".sql".length)).toSorted();
}

function migrations(root: URL, names: readonly string[]): Record<string, Migration> {
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        up: async (db: Kysely<unknown>) => {
          for (const statement of statements(readFileSync(new URL(`${name}.sql`, root), "utf8"))) {
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
