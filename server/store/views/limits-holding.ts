/** Runs `sql/limits_holding.sql`: why a ready job is not given out, as far as limits are the reason. */
import type { LimitHold, LimitKind } from "../../core/limits.js";
import type { Database } from "../database.js";

interface HoldRow {
  kind: LimitKind;
  bound: number;
  running: number;
  ahead: number;
  next_start_at: Date | null;
  concurrency_key: string | null;
  period_ms: number | null;
}

export async function limitsHolding(database: Database, jobId: number): Promise<LimitHold[]> {
  const { rows } = await database.run<HoldRow>("limits_holding", [jobId]);
  return rows.map((row) => ({
    kind: row.kind,
    bound: row.bound,
    running: row.running,
    ahead: row.ahead,
    nextStartAt: row.next_start_at,
    key: row.concurrency_key,
    periodMs: row.period_ms,
  }));
}
