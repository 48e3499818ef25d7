/**
 * What must be true of the database whatever happened, as queries that return the rows that break it. All run in one
 * snapshot, so they may be asked while work goes on. Tests that let work run call `expectAuditClean` and `expectNoDatabaseErrors` at the end.
 */
import pg from "pg";
import { auditQueries } from "../../server/store/audit-queries.js";
import type { FreshDatabase } from "./databases.js";

export interface AuditFinding {
  /** The rule that is broken, as the query's name says it in words. */
  readonly name: string;
  /** Up to 10 of the rows that break it. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

const ROWS_SHOWN = 10;
const RESCUE_MS = 10_000;

/** SQLSTATEs that no statement of ours may ever meet: foreign key, unique key, deadlock. */
const FORBIDDEN_SQLSTATES = ["23503", "23505", "40P01"] as const;

/** In a snapshot of its own. */
async function audit(database: string | pg.ClientConfig, rescueMs: number): Promise<readonly AuditFinding[]> {
  const client = new pg.Client(database);
  client.on("error", () => undefined); // cut off meanwhile: the query rejects as well
  await client.connect();
  try {
    await client.query("begin transaction isolation level repeatable read, read only");
    return await auditFindings(client, rescueMs);
  } finally {
    await client.end();
  }
}

/** One finding a query that returned rows, in the order of the queries. The caller decides on the snapshot. */
export async function auditFindings(client: pg.Client, rescueMs: number): Promise<readonly AuditFinding[]> {
  const findings: AuditFinding[] = [];
  for (const { rule: name, text, takesRescueMs } of auditQueries()) {
    const values = takesRescueMs ? [rescueMs] : [];
    const { rows } = await client.query<Record<string, unknown>>(`${text} limit ${ROWS_SHOWN}`, values);
    if (rows.length > 0) findings.push({ name, rows });
  }
  return findings;
}

/**
 * @param database its URL, or how an embedded one is reached
 * @param rescueMs how long a lease may have run out without anybody noticing; longer while things are broken
 * @throws Error with what the audit found
 */
export async function expectAuditClean(
  database: string | pg.ClientConfig,
  rescueMs = RESCUE_MS,
): Promise<void> {
  const findings = await audit(database, rescueMs);
  if (findings.length === 0) return;
  const lines = findings.map(
    ({ name, rows }) => `  ${name}: ${rows.map((row) => JSON.stringify(row)).join(" ")}`,
  );
  throw new Error(`the audit of the database found:\n${lines.join("\n")}`);
}

/**
 * Where the log cannot be read because the server was given by URL, the deadlocks that Postgres counts are checked.
 * @throws Error when a statement failed in a way that our own never may
 */
export async function expectNoDatabaseErrors(database: FreshDatabase): Promise<void> {
  const counts = await countErrors(database);
  const met = FORBIDDEN_SQLSTATES.filter((state) => (counts[state] ?? 0) > 0);
  if (met.length === 0) return;
  throw new Error(`Postgres logged ${met.map((state) => `${counts[state]} x ${state}`).join(", ")}`);
}

async function countErrors(database: FreshDatabase): Promise<Record<string, number>> {
  if (process.env["MUSTER_TEST_DATABASE_URL"] === undefined) return database.sqlstates();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ deadlocks: string }>(
      "select deadlocks from pg_stat_database where datname = current_database()",
    );
    return { "40P01": Number(rows[0]?.deadlocks ?? 0) };
  } finally {
    await client.end();
  }
}
