/** Runs `sql/claim.sql`, and finds out what became of the jobs that it did not claim. */
import type { Claimed, ClaimRequest } from "../core/store.js";
import {
  afterCommit,
  assignmentsOf,
  type AssignmentOptions,
  type ClaimedGroup,
  claimedRows,
  type ClaimedRow,
} from "./assignments.js";
import { bigints } from "./binary-array.js";
import type { Database } from "./database.js";
import { changedJob, type ChangedRow } from "./rows.js";

export async function claim(
  database: Database,
  requests: readonly ClaimRequest[],
  options: AssignmentOptions,
): Promise<Claimed> {
  const { rows } = await database.hot<ClaimedGroup>("claim", [
    bigints(requests.map((r) => r.jobId)),
    bigints(requests.map((r) => r.sessionId)),
    ...heldSessions(requests),
  ]);
  return completed(database, requests, rows.flatMap(claimedRows), options);
}

/** The distinct sessions, ascending, and the epoch each is held under. */
export function heldSessions(
  requests: readonly Pick<ClaimRequest, "sessionId" | "epoch">[],
): [Buffer, Buffer] {
  const epochs = new Map(requests.map((r) => [r.sessionId, r.epoch]));
  const sessions = [...epochs.keys()].toSorted((a, b) => a - b);
  return [bigints(sessions), bigints(sessions.map((id) => epochs.get(id)))];
}

/** Reads what the claimed rows lack, and what became of the jobs that were not claimed. */
export async function completed(
  database: Database,
  requests: readonly ClaimRequest[],
  rows: readonly ClaimedRow[],
  options: AssignmentOptions,
): Promise<Claimed> {
  const [assignments, stillReady] = await Promise.all([
    assignmentsOf(database, rows, options),
    rows.length === requests.length
      ? []
      : afterCommit(rows.length, () => readyAmong(database, requests, rows)),
  ]);
  return { assignments, stillReady };
}

/** Hints that claimed nothing because someone held the row, not because the job is gone. */
async function readyAmong(
  database: Database,
  requests: readonly ClaimRequest[],
  claimed: readonly ClaimedRow[],
) {
  const got = new Set(claimed.map((row) => row.id));
  const missed = requests.map((r) => r.jobId).filter((id) => !got.has(id));
  const { rows } = await database.run<ChangedRow>("ready_among", [missed]);
  return rows.map(changedJob);
}
