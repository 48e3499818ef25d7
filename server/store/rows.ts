/** What columns that several statements return become: a `ChangedJob`, a payload. */
import { type Payload, stateOf } from "../core/job.js";
import type { ChangedJob } from "../core/settlement.js";

export interface ChangedRow {
  id: number;
  queue_id: number;
  graph_id: number | null;
  state: number;
  type: string;
  effective_priority: number;
  created_at: Date;
  run_at: Date | null;
  ready_us: number | null;
  /** Of most statements. */
  concurrency_key?: string | null;
  limited?: boolean;
  queue_limited?: boolean;
}

export function changedJob(row: ChangedRow): ChangedJob {
  return {
    id: row.id,
    createdMs: row.created_at.getTime(),
    queueId: row.queue_id,
    graphId: row.graph_id,
    state: stateOf(row.state),
    type: row.type,
    effectivePriority: row.effective_priority,
    readyUs: row.ready_us,
    runAtMs: row.run_at?.getTime() ?? null,
    concurrencyKey: row.concurrency_key ?? null,
    limited: row.limited ?? false,
    queueLimited: row.queue_limited ?? false,
  };
}

/** Null when there is neither an inline body nor an address. */
export function payloadOf(
  contentType: string | null,
  body: Buffer | null,
  uri: string | null,
): Payload | null {
  if (body === null && uri === null) return null;
  return { contentType: contentType ?? "application/octet-stream", body, uri };
}
