/**
 * The doctor's eyes on Postgres: settings, connections, transactions, bloat, indexes, and the audit statements. Every
 * statement runs in a read-only transaction of its own and is ended by Postgres when it takes too long; none is
 * retried. Called by the diagnose verb only.
 */
import type { AuditName } from "../core/audit-rules.js";
import type { AuditRows, CheckedQueue, StoreCheckup, StoreFacts } from "../core/checkup.js";
import { auditQueries } from "./audit-queries.js";
import type { Database } from "./database.js";
import { sqlState, toStoreError } from "./errors.js";
import { migrationNames, migrationIndexes } from "./migrate.js";
import { changedJob, type ChangedRow } from "./rows.js";
import { sqlFile } from "./sql-file.js";

const TIMEOUT_MS = 5_000;
const QUEUES_MAX = 200;
const ROWS_MAX = 10;
const ROW_TEXT_MAX = 300;
const QUERY_CANCELED = "57014";

const SETTINGS = ["fsync", "full_page_writes", "synchronous_commit", "autovacuum"];

export function storeCheckup(database: Database): StoreCheckup {
  const read = async <Row extends object>(name: string, values: unknown[] = []): Promise<readonly Row[]> => {
    try {
      return (await database.readOnly<Row>(sqlFile(`checkup/${name}`), values, TIMEOUT_MS)).rows;
    } catch (error) {
      throw toStoreError(error);
    }
  };
  return {
    migrations: () => migrations(database),
    facts: () => facts(read),
    async queues() {
      const rows = await read<QueueRow>("queues", [QUEUES_MAX]);
      return rows.map(checkedQueue);
    },
    async readyAmong(jobIds) {
      const { rows } = await database.readOnly<ChangedRow>(sqlFile("ready_among"), [jobIds], TIMEOUT_MS);
      return rows.map(changedJob);
    },
    audit: (name, rescueMs, timeoutMs) => audit(database, name, { rescueMs, timeoutMs }),
  };
}

/** None on a database that never saw a migration. */
async function migrations(database: Database): ReturnType<StoreCheckup["migrations"]> {
  const expected = migrationNames();
  try {
    const { rows } = await database.readOnly<{ name: string }>(sqlFile("checkup/migrations"), [], TIMEOUT_MS);
    return { applied: rows.map((row) => row.name), expected };
  } catch (error) {
    const UNDEFINED_TABLE = "42P01";
    if (sqlState(error) === UNDEFINED_TABLE) return { applied: [], expected };
    throw toStoreError(error);
  }
}

type Read = <Row extends object>(name: string, values?: unknown[]) => Promise<readonly Row[]>;

async function facts(read: Read): Promise<StoreFacts> {
  const settings = await read<{ name: string; setting: string }>("settings", [SETTINGS]);
  const [connections] = await read<ConnectionsRow>("connections");
  const activity = await read<ActivityRow>("activity");
  const held = await read<{ what: string }>("held");
  const indexes = await read<{ name: string; is_valid: boolean }>("indexes");
  const { transaction_id_age: transactionIdAge, ...seats } = connections as ConnectionsRow;
  const there = new Set(indexes.map((index) => index.name));
  return {
    settings: Object.fromEntries(settings.map(({ name, setting }) => [name, setting])),
    connections: seats,
    tables: await read<{ name: string; live: number; dead: number }>("tables"),
    transactions: activity.filter((row) => row.kind === "transaction").map(activityOf),
    lockWaits: activity.filter((row) => row.kind === "lock").map(activityOf),
    held: held.map((row) => row.what),
    transactionIdAge,
    invalidIndexes: indexes.filter((index) => !index.is_valid).map((index) => index.name),
    missingIndexes: migrationIndexes().filter((name) => !there.has(name)),
  };
}

interface ConnectionsRow {
  max: number;
  reserved: number;
  used: number;
  own: number;
  replicas: number;
  transaction_id_age: number;
}

interface ActivityRow {
  kind: "transaction" | "lock";
  pid: number;
  age_ms: number;
  what: string;
}

function activityOf({ pid, age_ms: ageMs, what }: ActivityRow) {
  return { pid, ageMs, what };
}

interface QueueRow {
  id: number;
  namespace: string;
  name: string;
  is_paused: boolean;
  high: number;
  medium: number;
  low: number;
  sessions: number;
}

function checkedQueue(row: QueueRow): CheckedQueue {
  const { id, namespace, name, high, medium, low, sessions } = row;
  return { id, key: { namespace, name }, isPaused: row.is_paused, ready: { high, medium, low }, sessions };
}

async function audit(
  database: Database,
  name: AuditName,
  { rescueMs, timeoutMs }: { readonly rescueMs: number; readonly timeoutMs: number },
): Promise<AuditRows> {
  const query = auditQueries().find((each) => each.name === name);
  if (query === undefined) throw new RangeError(`no audit ${name}`);
  const values = query.takesRescueMs ? [rescueMs] : [];
  try {
    const { rows } = await database.readOnly<object>(`${query.text}\nlimit ${ROWS_MAX}`, values, timeoutMs);
    return rows.map((row) => JSON.stringify(row).slice(0, ROW_TEXT_MAX));
  } catch (error) {
    if (sqlState(error) === QUERY_CANCELED) return null;
    throw toStoreError(error);
  }
}
