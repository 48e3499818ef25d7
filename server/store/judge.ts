/** Says what became of results that could not be recorded. */
import type { Disposition, JobRef, Payload } from "../core/job.js";
import { isTerminal, stateOf } from "../core/job.js";
import type { Database } from "./database.js";

export type JudgedKind = "succeeded" | "failed" | "cancelled";

interface ToJudge {
  readonly ref: JobRef;
  readonly kind: JudgedKind;
  readonly output: Payload | null;
}

/**
 * A result that was not recorded is a repeat of the one that was (DUPLICATE), another one for the same assignment
 * (CONFLICT), one for an assignment that is no longer current (STALE), or for no job at all (UNKNOWN_JOB).
 */
export async function judge(
  database: Database,
  results: readonly ToJudge[],
): Promise<Exclude<Disposition, "committed">[]> {
  if (results.length === 0) return [];
  const { rows } = await database.run<{
    id: number;
    state: number;
    lease_epoch: number;
    asked_epoch: number;
    outcome: number | null;
    output: Buffer | null;
    output_type: string | null;
    output_uri: string | null;
  }>("judge", [results.map((r) => r.ref.jobId), results.map((r) => r.ref.leaseEpoch)]);
  const found = new Map(rows.map((row) => [`${row.id}/${row.asked_epoch}`, row]));
  return results.map((result) => {
    const row = found.get(`${result.ref.jobId}/${result.ref.leaseEpoch}`);
    if (row === undefined) return "unknown_job";
    const isSame = row.outcome !== null && sameOutcome(row.outcome, result.kind);
    if (row.outcome === null || (row.lease_epoch !== result.ref.leaseEpoch && !isSame)) return "stale";
    if (!isSame) {
      // The assignment ended some other way: taken away (lost, released, cancelled) or by another result.
      return isWorkersWord(row.outcome) && isTerminal(stateOf(row.state)) ? "conflict" : "stale";
    }
    return result.kind !== "succeeded" || sameOutput(row, result.output) ? "duplicate" : "conflict";
  });
}

/** Codes of `job_executions.outcome`: 0 succeeded 1 failed 2 timed_out 3 lost 4 cancelled 5 released. */
function sameOutcome(outcome: number, kind: JudgedKind): boolean {
  if (kind === "succeeded") return outcome === 0;
  return kind === "failed" ? outcome === 1 || outcome === 2 : outcome === 4;
}

function isWorkersWord(outcome: number): boolean {
  return outcome === 0 || outcome === 1;
}

function sameOutput(
  row: { output: Buffer | null; output_type: string | null; output_uri: string | null },
  output: Payload | null,
): boolean {
  if (row.output_uri !== (output?.uri ?? null)) return false;
  const body = output?.body ?? null;
  return row.output === null || body === null ? row.output === body : row.output.equals(body);
}
