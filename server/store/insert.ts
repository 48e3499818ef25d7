/**
 * Inserts jobs that depend on nothing earlier: one statement, `sql/submit.sql` or for a lone job `sql/submit_one.sql`; with
 * deadlines, one transaction of two.
 */
import type { ClaimRequest, Inserted, Insertion, KeyedRows } from "../core/store.js";
import type { Database } from "./database.js";
import { sqlState } from "./errors.js";
import { deadlineValues, insertValues, keyedValues } from "./insert-jobs.js";
import { loneJob, loneValues } from "./insert-lone.js";
import { type PreparedValue, runPrepared } from "./prepared.js";
import { hotStatement, sqlFile } from "./sql-file.js";

/** Of a submission some keys were taken here, and another was lost to somebody who was a little earlier. */
const TAKEN_IN_PART = "MU001";

/** Either a job that was given to its session, or the position of keyed rows that were not written. */
interface Row {
  readonly id: number | null;
  readonly lost: number | null;
}

/** @param isAgain the same was written before, or is being written: then nothing changes */
export async function insert(database: Database, insertion: Insertion, isAgain: boolean): Promise<void> {
  const { createdMs, jobs, graphs } = insertion;
  const lone = isAgain ? null : loneJob(insertion);
  if (lone !== null) {
    await run(database, "submit_one", loneValues(createdMs, lone), insertion, []);
    return;
  }
  const values = insertValues(createdMs, jobs, graphs);
  await run(database, isAgain ? "submit_again" : "submit", values, insertion, []);
}

/** @returns null when nothing was written: of a submission's keys one was lost while others of it were taken here */
export async function insertOnce(
  database: Database,
  insertion: Insertion,
  takers: readonly ClaimRequest[],
  keyed: readonly KeyedRows[],
): Promise<Inserted | null> {
  const { createdMs, jobs, graphs } = insertion;
  const lone = loneJob(insertion);
  const [taker] = takers;
  if (lone !== null && taker !== undefined)
    return run(database, "submit_one_taken", loneValues(createdMs, lone, taker), insertion, keyed);
  const values = insertValues(createdMs, jobs, graphs, takers);
  if (keyed.length === 0) return run(database, "submit", values, insertion, keyed);
  try {
    return await run(database, "submit_keyed", [...values, ...keyedValues(keyed)], insertion, keyed);
  } catch (error) {
    if (sqlState(error) === TAKEN_IN_PART) return null;
    throw error;
  }
}

async function run(
  database: Database,
  name: "submit" | "submit_again" | "submit_keyed" | "submit_one" | "submit_one_taken",
  values: PreparedValue[],
  { createdMs, jobs, graphs }: Insertion,
  keyed: readonly KeyedRows[],
): Promise<Inserted> {
  const mayBeDue = deadlineValues(createdMs, jobs, graphs);
  if (mayBeDue === null) return inserted((await database.hot<Row>(name, values)).rows);
  return database.transaction(async (client) => {
    const found = inserted((await runPrepared<Row>(client, { name, text: sqlFile(name), values })).rows);
    const unwritten = new Set([...found.lost].flatMap((at) => keyed[at]?.ids ?? []));
    const isWritten = ({ id }: { readonly id: number }): boolean => !unwritten.has(id);
    const due =
      unwritten.size === 0
        ? mayBeDue
        : deadlineValues(
            createdMs,
            jobs.filter(({ planned }) => isWritten(planned)),
            graphs.filter(isWritten),
          );
    if (due !== null) await client.query(hotStatement("arm_deadlines", due));
    return found;
  });
}

function inserted(rows: readonly Row[]): Inserted {
  const taken = new Set<number>();
  const lost = new Set<number>();
  for (const row of rows) {
    if (row.id !== null) taken.add(row.id);
    else if (row.lost !== null) lost.add(row.lost);
  }
  return { taken, lost };
}
