/**
 * What holds a job that needs nothing but a worker: a paused queue, nobody who takes its type, busy slots, a part of
 * the server that is away. Pure; `explain.ts` asks it about the job, `explain-chain.ts` about jobs above it.
 */
import type { DispatchFacts, ExplainedJob, ExplainFacts, Subscribed } from "./explain-facts.js";
import type { Blocker } from "./explanation.js";
import type { LimitHold } from "./limits.js";
import { durationText, estimateWait, plural } from "./wait-estimate.js";

/** A small statement that takes longer is worth telling. */
export const STORE_SLOW_MS = 1_000;

/** In order; empty when nothing that is known holds it. */
export function waitingBlockers(job: ExplainedJob, facts: ExplainFacts): Blocker[] {
  const served = facts.dispatch.find((each) => each.queueId === job.queueId && each.type === job.type);
  if (served === undefined) return [];
  const blockers: Blocker[] = [];
  if (served.pausedAt !== null) blockers.push(queuePaused(job, served.pausedAt));
  if (job.id === facts.job.id) blockers.push(...facts.holds.map((hold) => heldByLimit(job, hold)));
  if (served.online === 0) blockers.push(noSubscriber(job, served));
  else if (job.state === "ready") blockers.push(...slotsBusy(job, served, facts));
  return blockers;
}

/** What slows every assignment down. */
export function slowServer(facts: ExplainFacts): Blocker[] {
  const blockers: Blocker[] = [];
  if (!facts.isReadyQueueUp) {
    blockers.push({
      reason: "ready_queue_away",
      since: null,
      until: null,
      summary: "Redis is away: ready jobs are read from Postgres at a bounded rate",
      resolution: "bring Redis back, empty or not; everything ready is put again by itself",
      detail: null,
    });
  }
  if (facts.storeMs >= STORE_SLOW_MS) {
    blockers.push({
      reason: "store_slow",
      since: null,
      until: null,
      summary: `Postgres took ${durationText(facts.storeMs)} for a small statement; assignments wait behind it`,
      resolution: "`muster doctor` looks for long transactions, locks and bloat",
      detail: null,
    });
  }
  return blockers;
}

/** Nothing holds it. */
export function dispatchDue(job: ExplainedJob, facts: ExplainFacts): Blocker {
  const latest = durationText(facts.reconcileIntervalMs);
  return {
    reason: "dispatch_due",
    since: job.readyAt,
    until: null,
    summary: `nothing that is recorded holds it; it should be assigned at once, within ${latest} at the latest`,
    resolution:
      "wait a moment; if it stays, its workers may have closed their windows (`muster workers`), or see `muster doctor`",
    detail: null,
  };
}

function queuePaused({ queue }: ExplainedJob, pausedAt: Date): Blocker {
  return {
    reason: "queue_paused",
    since: pausedAt,
    until: null,
    summary: `queue ${queue} is paused`,
    resolution: `\`muster resume ${queue}\``,
    detail: null,
  };
}

function heldByLimit(job: ExplainedJob, hold: LimitHold): Blocker {
  const { kind, bound, running, ahead, nextStartAt, key, periodMs } = hold;
  const place = ahead === 0 ? "" : `, ${plural(ahead, "job")} of the key before it`;
  const taken = `${running} of ${plural(bound, "place")} taken${place}`;
  const texts = {
    key: `its concurrency key ${key} is full: ${taken}`,
    queue: `queue ${job.queue} is full: ${taken}`,
    rate: `the rate of queue ${job.queue} allows no start yet: ${plural(bound, "start")} in ${durationText(periodMs ?? 0)}`,
  };
  return {
    reason: "limit",
    since: job.readyAt,
    until: nextStartAt,
    summary: texts[kind],
    resolution:
      kind === "rate"
        ? "wait for the next start, or set other limits"
        : "wait for a place, or set other limits",
    detail: { kind: "limit", hold },
  };
}

function noSubscriber(job: ExplainedJob, served: DispatchFacts): Blocker {
  const { suspect, draining, subscribed } = served;
  const away = [
    ...(suspect > 0 ? [`${suspect} with a lost stream`] : []),
    ...(draining > 0 ? [`${draining} draining`] : []),
  ];
  const instead =
    subscribed.length === 0
      ? "no worker is connected"
      : `connected workers take ${subscribed.slice(0, 3).map(takesText).join("; ")}`;
  return {
    reason: "no_subscriber",
    since: job.readyAt,
    until: null,
    summary:
      `no connected worker takes type ${job.type} from queue ${job.queue}` +
      (away.length > 0 ? ` (${away.join(", ")})` : "") +
      `; ${instead}`,
    resolution: `start a worker that subscribes to queue ${job.queue} with a handler for ${job.type}`,
    detail: { kind: "subscribers", suspect, draining, subscribed },
  };
}

function takesText({ queue, jobTypes, sessions }: Subscribed): string {
  const types =
    jobTypes.length === 0
      ? "every type"
      : jobTypes.slice(0, 5).join(", ") + (jobTypes.length > 5 ? ", ..." : "");
  return `${types} from ${queue} (${plural(sessions, "session")})`;
}

function slotsBusy(job: ExplainedJob, served: DispatchFacts, facts: ExplainFacts): Blocker[] {
  const ahead = served.ahead ?? 0;
  if (served.slotsFree > ahead) return [];
  const position = ahead + 1;
  const busy = served.slots - served.slotsFree;
  const own = job.id === facts.job.id;
  const estimate = own ? estimateWait(position, served.slots, facts.service) : null;
  const place = own ? `; position ${served.isAheadExact ? "" : "at least "}${position}` : "";
  const eta = estimate === null ? "" : `, in about ${durationText(estimate.typicalMs)}`;
  return [
    {
      reason: "slots_busy",
      since: job.readyAt,
      until: estimate === null ? null : new Date(facts.now.getTime() + estimate.typicalMs),
      summary:
        `${busy} of ${plural(served.slots, "slot")} of ${plural(served.online, "worker")} that take it ` +
        `are busy${place}${eta}`,
      resolution: "wait, raise its priority at submission, or start more workers",
      detail: {
        kind: "slots",
        workers: served.online,
        slots: served.slots,
        busy,
        position,
        isPositionExact: served.isAheadExact,
        estimate,
      },
    },
  ];
}
