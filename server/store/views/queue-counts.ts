/** Runs `sql/queue_counts.sql`. */
import type { QueueLimits } from "../../core/limits.js";
import type { QueueCounts } from "../../core/views.js";
import type { Database } from "../database.js";

interface QueueRow {
  name: string;
  paused: boolean;
  ready_high: number;
  ready_medium: number;
  ready_low: number;
  scheduled: number;
  blocked: number;
  running: number;
  workers: number;
  oldest_ready_at: Date | null;
  concurrency: number | null;
  key_concurrency: number | null;
  rate_starts: number | null;
  rate_period_ms: number | null;
  rate_burst: number | null;
}

export async function queueCounts(database: Database, namespace: string): Promise<QueueCounts[]> {
  const { rows } = await database.run<QueueRow>("queue_counts", [namespace]);
  return rows.map((row) => ({
    key: { namespace, name: row.name },
    paused: row.paused,
    ready: { high: row.ready_high, medium: row.ready_medium, low: row.ready_low },
    scheduled: row.scheduled,
    blocked: row.blocked,
    running: row.running,
    workers: row.workers,
    oldestReadyAt: row.oldest_ready_at,
    limits: limitsOf(row),
  }));
}

function limitsOf(row: QueueRow): QueueLimits | null {
  const { rate_starts: starts, rate_period_ms: periodMs, rate_burst: burst } = row;
  if (row.concurrency === null && row.key_concurrency === null && starts === null) return null;
  return {
    concurrency: row.concurrency,
    keyConcurrency: row.key_concurrency,
    rate: starts === null || periodMs === null || burst === null ? null : { starts, periodMs, burst },
  };
}
