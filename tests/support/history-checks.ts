/**
 * The promises, as checks of a history. Each check gives what breaks it, in a sentence; nothing when all is well.
 * Only what the witnesses saw counts: a history without events passes every check, so whoever calls these also says
 * how much it must hold (`expectHistoryClean`).
 */
import { isTerminal } from "../../server/core/job.js";
import type { ExecutionRecord, History, WorkerRecord } from "./history.js";
import { placedWhereTaken } from "./placement-checks.js";

export interface Breach {
  readonly promise: string;
  readonly what: string;
}

type Check = (history: History) => string[];

/** Between two processes: their wall clocks were read once each, at their start. */
const CLOCK_SLACK_MS = 2;

/** `job/epoch`: one assignment. */
function key(assignment: { readonly jobId?: string; readonly leaseEpoch?: number }): string {
  return `${assignment.jobId}/${assignment.leaseEpoch}`;
}

function byJob<T extends { readonly jobId: string }>(records: readonly T[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const record of records) {
    const own = found.get(record.jobId);
    if (own === undefined) found.set(record.jobId, [record]);
    else own.push(record);
  }
  return found;
}

function eventsOf(history: History, event: WorkerRecord["event"]): WorkerRecord[] {
  return history.workers.filter((record) => record.event === event);
}

function committed(history: History): WorkerRecord[] {
  return eventsOf(history, "ack").filter((ack) => ack.outcome === "committed");
}

function retriesOf(history: History): Map<string, number> {
  const retries = new Map<string, number>();
  for (const record of history.client) {
    if (record.kind === "retried") retries.set(record.jobId, (retries.get(record.jobId) ?? 0) + 1);
  }
  return retries;
}

const noAcknowledgedJobIsLost: Check = ({ submitted, finalJobs }) =>
  submitted.flatMap(({ jobId }) => {
    if (jobId === null) return [];
    const job = finalJobs.get(jobId);
    if (job === undefined) return [`${jobId} was acknowledged and does not exist`];
    return isTerminal(job.state) ? [] : [`${jobId} was acknowledged and is still ${job.state}`];
  });

const oneJobAKey: Check = ({ submitted }) => {
  const first = new Map<string, string>();
  return submitted.flatMap(({ jobId, idempotencyKey }) => {
    if (jobId === null || idempotencyKey === undefined) return [];
    const known = first.get(idempotencyKey) ?? jobId;
    first.set(idempotencyKey, known);
    return known === jobId ? [] : [`key ${idempotencyKey} gave ${known} and ${jobId}`];
  });
};

const nothingFromNowhere: Check = (history) => {
  const sums = new Map(history.submitted.map((job) => [job.jobId, job.payloadSha256]));
  const mayBeUnknown = new Set(
    history.submitted.flatMap((job) => (job.jobId === null ? [job.payloadSha256] : [])),
  );
  return eventsOf(history, "recv").flatMap(({ jobId = "", payloadSha256 = "" }) => {
    const sum = sums.get(jobId);
    if (sum === undefined) {
      return mayBeUnknown.has(payloadSha256) ? [] : [`${jobId} was received and never submitted`];
    }
    return sum === payloadSha256 ? [] : [`${jobId} was received with another payload than submitted`];
  });
};

const oneAcceptedResult: Check = (history) => {
  const retries = retriesOf(history);
  const perAssignment = new Map<string, number>();
  const finals = new Map<string, number>();
  const breaches: string[] = [];
  for (const ack of committed(history)) {
    const times = (perAssignment.get(key(ack)) ?? 0) + 1;
    perAssignment.set(key(ack), times);
    if (times === 2) breaches.push(`two results of assignment ${key(ack)} were accepted`);
    if (ack.willRetry === true) continue;
    const jobId = ack.jobId ?? "";
    const count = (finals.get(jobId) ?? 0) + 1;
    finals.set(jobId, count);
    if (count === (retries.get(jobId) ?? 0) + 2) breaches.push(`${jobId} was ended by ${count} results`);
  }
  return breaches;
};

const resultsAreFenced: Check = (history) => {
  const executions = new Map(history.executions.map((execution) => [key(execution), execution]));
  const workerOf = new Map(history.sessions.map((session) => [session.sessionId, session.workerId]));
  return committed(history).flatMap((ack) => {
    const execution = executions.get(key(ack));
    if (execution === undefined) return [`a result of ${key(ack)} was accepted, which was never assigned`];
    const owner = workerOf.get(execution.sessionId);
    if (owner !== ack.workerId) {
      return [`a result of ${key(ack)} was accepted from ${ack.workerId}, assigned to ${owner}`];
    }
    if (execution.outcome === "lost" || execution.endedMs === null) {
      return [`a result of ${key(ack)} was accepted, whose row says ${execution.outcome ?? "running"}`];
    }
    const next = executions.get(`${ack.jobId}/${(ack.leaseEpoch ?? 0) + 1}`);
    return next !== undefined && next.assignedMs < execution.endedMs
      ? [`a result of ${key(ack)} was accepted after ${key(next)} was assigned`]
      : [];
  });
};

const oneAuthority: Check = ({ executions }) =>
  [...byJob(executions).values()].flatMap((own) => {
    const inOrder = own.toSorted((a, b) => a.leaseEpoch - b.leaseEpoch);
    return inOrder.slice(1).flatMap((execution, at) => {
      const before = inOrder[at];
      if (before === undefined) return [];
      return before.endedMs === null || before.endedMs > execution.assignedMs
        ? [`${key(before)} had not ended when ${key(execution)} was assigned`]
        : [];
    });
  });

const confirmedBeforePush: Check = (history) => {
  const executions = new Map(history.executions.map((execution) => [key(execution), execution]));
  const sessions = new Map(history.sessions.map((session) => [session.sessionId, session]));
  const confirmed = new Set<string>();
  return history.workers.flatMap((record) => {
    if (record.event === "session") confirmed.add(`${record.pid}/${record.sessionId}`);
    if (record.event !== "recv") return [];
    const execution = executions.get(key(record));
    if (execution === undefined) return []; // the next check's business
    const session = sessions.get(execution.sessionId);
    if (session === undefined)
      return [`${key(record)} was assigned to session ${execution.sessionId}, which is none`];
    if (session.registeredMs >= execution.assignedMs) {
      return [`${key(record)} was assigned before session ${session.sessionId} was registered`];
    }
    return confirmed.has(`${record.pid}/${session.sessionId}`)
      ? []
      : [
          `${record.workerId} received ${key(record)} before session ${session.sessionId} was confirmed to it`,
        ];
  });
};

const noPushWithoutAssignment: Check = (history) => {
  const attempts = new Map(history.executions.map((execution) => [key(execution), execution.attempt]));
  return eventsOf(history, "recv").flatMap((record) => {
    const attempt = attempts.get(key(record));
    if (attempt === undefined) return [`${key(record)} was received and never assigned`];
    return attempt === record.attempt
      ? []
      : [`${key(record)} was received as attempt ${record.attempt}, assigned as ${attempt}`];
  });
};

/** By the workers' clocks: the accepted end of every parent, then the start of the child. */
const parentsFirst: Check = (history) => {
  const ended = new Map<string, number>();
  const accepted = new Set(committed(history).map(key));
  for (const end of eventsOf(history, "end")) {
    if (end.outcome === "succeeded" && accepted.has(key(end))) ended.set(end.jobId ?? "", end.atMs);
  }
  const wanted = new Map(
    history.submitted.flatMap((job) => (job.jobId === null ? [] : [[job.jobId, job] as const])),
  );
  const retries = retriesOf(history);
  const committedMs = (jobId: string): number | null => history.finalJobs.get(jobId)?.finishedMs ?? null;
  return [...eventsOf(history, "recv"), ...eventsOf(history, "start")].flatMap((record) => {
    const job = wanted.get(record.jobId ?? "");
    return (job?.parents ?? []).flatMap((parent) => {
      if (job?.onParentFailure === "run" && retries.has(parent)) return []; // it ran after an earlier end
      const state = history.finalJobs.get(parent)?.state;
      if (state !== "succeeded") {
        return job?.onParentFailure === "run"
          ? []
          : [`${key(record)} ran although its parent ${parent} is ${state}`];
      }
      const parentMs = Math.max(ended.get(parent) ?? 0, committedMs(parent) ?? 0);
      return record.atMs < parentMs - CLOCK_SLACK_MS
        ? [
            `${key(record)}: ${record.event} ${(parentMs - record.atMs).toFixed(1)} ms before its parent ${parent} was done`,
          ]
        : [];
    });
  });
};

const cancelledStaysCancelled: Check = (history) => {
  const retries = retriesOf(history);
  const executions = byJob(history.executions);
  return history.client.flatMap(({ kind, atMs, jobId }) => {
    if (kind !== "cancelled" || retries.has(jobId)) return [];
    const state = history.finalJobs.get(jobId)?.state;
    const late = (executions.get(jobId) ?? []).find((execution) => execution.assignedMs > atMs);
    return [
      ...(state === "cancelled" ? [] : [`${jobId} was cancelled and is ${state}`]),
      ...(late === undefined ? [] : [`${key(late)} was assigned after the cancel`]),
    ];
  });
};

const terminalIsFinal: Check = (history) => {
  const retries = retriesOf(history);
  return history.client.flatMap(({ kind, jobId, state }) => {
    if (kind !== "seen" || state === undefined || !isTerminal(state) || retries.has(jobId)) return [];
    const final = history.finalJobs.get(jobId)?.state;
    return final === state ? [] : [`${jobId} was seen ${state} and is ${final}`];
  });
};

/** Epochs 1..n without a gap; attempts go on after a failure, stay after a loss, start again with a generation. */
const attemptsAreLegal: Check = (history) => {
  const attemptsMax = new Map(history.submitted.map((job) => [job.jobId, job.maxAttempts]));
  const retries = retriesOf(history);
  return [...byJob(history.executions)].flatMap(([jobId, own]) => {
    const inOrder = own.toSorted((a, b) => a.leaseEpoch - b.leaseEpoch);
    let generations = 1;
    return inOrder.flatMap((execution, at) => {
      const breaches: string[] = [];
      const before = inOrder[at - 1];
      if (execution.leaseEpoch !== at + 1)
        breaches.push(`${jobId}: epoch ${execution.leaseEpoch} in place ${at + 1}`);
      if (execution.attempt > (attemptsMax.get(jobId) ?? Infinity)) {
        breaches.push(`${key(execution)} is attempt ${execution.attempt} of ${attemptsMax.get(jobId)}`);
      }
      if (before !== undefined && !mayFollow(before, execution)) {
        if (execution.attempt === 1 && generations <= (retries.get(jobId) ?? 0)) generations++;
        else
          breaches.push(
            `${key(execution)}: attempt ${execution.attempt} after ${before.attempt} ${before.outcome}`,
          );
      }
      return breaches;
    });
  });
};

function mayFollow(before: ExecutionRecord, next: ExecutionRecord): boolean {
  if (before.outcome === "lost" || before.outcome === "released") return next.attempt === before.attempt;
  return (
    (before.outcome === "failed" || before.outcome === "timed_out") && next.attempt === before.attempt + 1
  );
}

const capacityIsKept: Check = ({ executions, sessions, workers }) => {
  const windows = new Map(sessions.map((session) => [session.sessionId, session.maxInFlight]));
  const last = workers.at(-1)?.atMs ?? Infinity;
  const steps = executions
    .flatMap(({ sessionId, assignedMs, endedMs }) => [
      { sessionId, atMs: assignedMs, by: 1 },
      { sessionId, atMs: endedMs ?? last, by: -1 },
    ])
    .sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  const held = new Map<string, number>();
  const over = new Map<string, number>();
  for (const { sessionId, by } of steps) {
    const now = (held.get(sessionId) ?? 0) + by;
    held.set(sessionId, now);
    if (now > (windows.get(sessionId) ?? 0)) over.set(sessionId, Math.max(over.get(sessionId) ?? 0, now));
  }
  return [...over].map(([id, most]) => `session ${id} held ${most} jobs, its window is ${windows.get(id)}`);
};

/** A failed attempt is followed no sooner than its backoff says; both times are the database's. */
const backoffIsKept: Check = (history) => {
  const leastMs = new Map(history.submitted.map(({ jobId, backoffMs = 0 }) => [jobId, backoffMs]));
  return [...byJob(history.executions)].flatMap(([jobId, own]) => {
    const inOrder = own.toSorted((a, b) => a.leaseEpoch - b.leaseEpoch);
    return inOrder.slice(1).flatMap((execution, at) => {
      const before = inOrder[at];
      if (before?.outcome !== "failed" || before.endedMs === null) return [];
      const pauseMs = execution.assignedMs - before.endedMs;
      const least = leastMs.get(jobId) ?? 0;
      return execution.attempt > 1 && least > 0 && pauseMs < least
        ? [`${key(execution)} was assigned ${pauseMs.toFixed(1)} ms after a failure, its backoff is ${least}`]
        : [];
    });
  });
};

/** By the numbers of the reliability invariants. */
export const CHECKS = {
  S1: noAcknowledgedJobIsLost,
  S2: oneJobAKey,
  S3: nothingFromNowhere,
  S4: oneAcceptedResult,
  S5: resultsAreFenced,
  S6: oneAuthority,
  S7: confirmedBeforePush,
  S8: noPushWithoutAssignment,
  S10: parentsFirst,
  S11: cancelledStaysCancelled,
  S12: terminalIsFinal,
  S13: attemptsAreLegal,
  S14: capacityIsKept,
  S15: placedWhereTaken,
  S17: backoffIsKept,
} as const satisfies Record<string, Check>;

export function breachesOf(history: History): Breach[] {
  return Object.entries(CHECKS).flatMap(([promise, check]) =>
    check(history).map((what) => ({ promise, what })),
  );
}

/** Jobs that were started more than once, by the workers' logs. Allowed where workers are lost; counted always. */
export function startedMoreThanOnce(history: History): string[] {
  const starts = new Map<string, number>();
  for (const { jobId = "" } of eventsOf(history, "start")) starts.set(jobId, (starts.get(jobId) ?? 0) + 1);
  return [...starts].flatMap(([jobId, count]) => (count > 1 ? [jobId] : []));
}

/**
 * @param leastAccepted results that must have been accepted for the history to say anything
 * @throws Error with the first breaches
 */
export function expectHistoryClean(history: History, leastAccepted: number): void {
  const accepted = committed(history).length;
  if (accepted < leastAccepted) {
    throw new Error(
      `the history says too little: expected ${leastAccepted} accepted results, got ${accepted}`,
    );
  }
  const breaches = breachesOf(history);
  if (breaches.length === 0) return;
  const lines = breaches.slice(0, 20).map(({ promise, what }) => `  ${promise}: ${what}`);
  throw new Error(`${breaches.length} broken promises:\n${lines.join("\n")}`);
}
