/**
 * What a history says about where jobs were put and in which order: never with a worker that does not take them (S15),
 * and the urgent first (S16). Order between replicas is not strict, since each takes hints in batches and a hint may be
 * lost for a reconcile interval, so inversions are counted and their share is bounded by whoever asks.
 */
import type { History, SessionRecord } from "./history.js";

/** S15: the job is of the worker's namespace, and the session takes its type from its queue. */
export function placedWhereTaken({ executions, sessions, finalJobs }: History): string[] {
  const byId = new Map(sessions.map((session) => [session.sessionId, session]));
  return executions.flatMap(({ jobId, leaseEpoch, sessionId }) => {
    const job = finalJobs.get(jobId);
    const session = byId.get(sessionId);
    if (job === undefined || session === undefined) return []; // other checks' business
    const what = `${jobId}/${leaseEpoch} (${job.namespace}, ${job.queue}, ${job.type})`;
    if (job.namespace !== session.namespace)
      return [`${what} was assigned to ${session.workerId} of namespace ${session.namespace}`];
    return takes(session, job) ? [] : [`${what} was assigned to ${session.workerId}, which does not take it`];
  });
}

function takes(
  { subscriptions }: SessionRecord,
  job: { readonly queue: string; readonly type: string },
): boolean {
  return subscriptions.some(
    ({ queue, jobTypes }) => queue === job.queue && (jobTypes.length === 0 || jobTypes.includes(job.type)),
  );
}

export interface Inversions {
  /** Pairs of jobs of one kind and two levels that waited side by side until the first of them was assigned. */
  readonly contested: number;
  /** Of those, the ones of which the less urgent went first. */
  readonly inverted: number;
  /** Most assignments of less urgent jobs that one job saw go by. */
  readonly overtakenMost: number;
}

/**
 * S16, by the rows. Only first assignments count: when a job became ready again is not recorded.
 * @param slackMs how long a job must have been ready to count as waiting
 */
export function inversionsOf(history: History, slackMs: number): Inversions {
  const first = history.executions.filter(({ leaseEpoch }) => leaseEpoch === 1);
  const waits = first.flatMap(({ jobId, assignedMs }) => {
    const job = history.finalJobs.get(jobId);
    if (job?.readyMs === undefined || job.readyMs === null) return [];
    const kind = `${job.namespace} ${job.queue} ${job.type}`;
    return [{ kind, level: levelOf(job.priority), readyMs: job.readyMs, assignedMs }];
  });
  waits.sort((a, b) => a.assignedMs - b.assignedMs);
  const overtaken = new Map<object, number>();
  let contested = 0;
  let inverted = 0;
  for (const [at, { kind, level, assignedMs }] of waits.entries()) {
    const waiting = waits
      .slice(at + 1)
      .filter((other) => other.kind === kind && other.level !== level && other.readyMs < assignedMs - slackMs)
      .filter((other) => other.assignedMs > assignedMs); // one statement assigns many at one moment
    const moreUrgent = waiting.filter((other) => other.level < level);
    contested += waiting.length;
    inverted += moreUrgent.length;
    for (const other of moreUrgent) overtaken.set(other, (overtaken.get(other) ?? 0) + 1);
  }
  return { contested, inverted, overtakenMost: Math.max(0, ...overtaken.values()) };
}

/** 0 high, 1 medium, 2 low, as the ready queue has them. */
function levelOf(priority: number): number {
  if (priority >= 4) return 0;
  return priority >= 2 ? 1 : 2;
}
