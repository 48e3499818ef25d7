/**
 * One form for each thing that can be submitted, so that two submissions under one idempotency key can be
 * compared. It is made of what was meant, defaults filled in, and does not depend on the order of maps or of
 * depends_on. It comes in parts to be hashed one after the other (core has no hash); lengths stand before bytes, so that
 * no two jobs share a form.
 */
import type { BackoffPolicy, NewJob } from "./job.js";
import type { GraphInput } from "./operations.js";

export type CanonicalPart = string | Uint8Array;

/** A job's own fields, and what it depends on by the names that the submission used. */
export function* canonicalJob(job: NewJob, dependsOn: readonly string[]): Iterable<CanonicalPart> {
  const payload = job.payload;
  const head = JSON.stringify([
    "job.1",
    job.key,
    job.type,
    job.queue,
    payload === null ? null : [payload.contentType, payload.uri, payload.body?.length ?? null],
    job.priority,
    job.inheritPriority,
    job.maxAttempts,
    job.backoff === null ? null : [...canonicalBackoff(job.backoff), ...canonicalRules(job.backoff.rules)],
    job.executionTimeoutMs,
    job.runAtMs,
    [...new Set(dependsOn)].sort(),
    job.onParentFailure,
    job.idempotencyKey,
    sortedEntries(job.labels),
    sortedEntries(job.headers),
    // Only when there is one: the form of other jobs is the one that earlier releases stored.
    ...(job.concurrency === undefined ? [] : [[job.concurrency.key, job.concurrency.limit]]),
    // Only where given: what was submitted before these existed keeps its form.
    ...timeoutsOf(job),
    ...(job.slackMs === undefined ? [] : [{ slackMs: job.slackMs }]),
  ]);
  yield `${head.length}:${head}`;
  if (payload?.body) yield payload.body;
}

function canonicalBackoff({ kind, baseMs, capMs, jitter }: BackoffPolicy): unknown[] {
  return [kind, baseMs, capMs, jitter];
}

/** Nothing at all where there are none, so that forms of before rules existed stay what they were. */
function canonicalRules(rules: BackoffPolicy["rules"]): unknown[] {
  if (rules === undefined) return [];
  return rules.map(({ errorType, nonRetryable, maxAttempts, backoff }) => [
    errorType,
    nonRetryable,
    maxAttempts,
    backoff === null ? null : canonicalBackoff(backoff),
  ]);
}

/** A graph: its own fields. Its jobs follow, in the order of the input. */
export function canonicalGraphHead(graph: GraphInput, jobCount: number): CanonicalPart {
  const timeout = graph.timeoutMs === null ? [] : [graph.timeoutMs];
  const order = graph.order === "ready" ? [] : [graph.order];
  const labels = sortedEntries(graph.labels);
  const head = JSON.stringify(["graph.1", graph.name, labels, jobCount, ...timeout, ...order]);
  return `${head.length}:${head}`;
}

function timeoutsOf({ startTimeoutMs, progressTimeoutMs }: NewJob): object[] {
  return startTimeoutMs === null && progressTimeoutMs === null ? [] : [{ startTimeoutMs, progressTimeoutMs }];
}

function sortedEntries(map: Readonly<Record<string, string>> | null): [string, string][] {
  return Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
