/** Encodes a lone job for `sql/submit_one.sql`: what most submissions are while little comes. */
import { PARENT_FAILURE_POLICIES, STATE_CODE } from "../core/job.js";
import type { ClaimRequest, InsertJob, Insertion } from "../core/store.js";
import { rareColumns } from "./insert-jobs.js";
import type { PreparedValue } from "./prepared.js";

/** @returns null when there are several, or the one has a key, a graph, dependencies or their traces */
export function loneJob({ jobs, graphs }: Insertion): InsertJob | null {
  const [row] = jobs;
  if (row === undefined || jobs.length > 1 || graphs.length > 0) return null;
  const { planned, graphId } = row;
  const isPlain =
    graphId === null &&
    planned.parentIds.length === 0 &&
    planned.dependents === 0 &&
    planned.prioritySource === null &&
    planned.reason === null &&
    planned.job.idempotencyKey === null &&
    planned.job.slackMs === undefined;
  return isPlain ? row : null;
}

/** @param taker of submit_one_taken alone */
export function loneValues(createdMs: number, row: InsertJob, taker?: ClaimRequest): PreparedValue[] {
  const { planned, queueId, readyUs } = row;
  const { job } = planned;
  const values: PreparedValue[] = [
    planned.id,
    queueId,
    STATE_CODE[planned.state],
    job.priority,
    planned.basePriority,
    planned.effectivePriority,
    job.maxAttempts,
    job.inheritPriority,
    PARENT_FAILURE_POLICIES.indexOf(job.onParentFailure),
    job.type,
    job.payload?.contentType ?? null,
    job.payload?.body ?? null,
    rareColumns(row),
    new Date(createdMs),
    readyUs === null ? null : Math.round(readyUs),
  ];
  if (taker !== undefined) values.push(taker.sessionId, taker.epoch);
  return values;
}
