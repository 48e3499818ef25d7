/**
 * Why a job is not running, from what was read about it: blockers in the order in which they have to go. Pure. The
 * coordinator's explain verb gathers the facts and calls this; nothing else decides any of it.
 */
import type { ExplainedJob, ExplainFacts } from "./explain-facts.js";
import { byWorst, chainOf, places, type Chain, type Place } from "./explain-chain.js";
import type { Blocker, Explanation } from "./explanation.js";
import { ended, nameOf, scheduled, standing } from "./explain-standing.js";
import { waitingBlockers } from "./explain-waiting.js";
import { isTerminal } from "./job.js";
import { plural } from "./wait-estimate.js";

/** Parents that are told; the worst ones. */
const PARENTS_TOLD_MAX = 10;

export function explain(facts: ExplainFacts, namespace: string): Explanation {
  const { job, now } = facts;
  const told = blockersOf(facts);
  const parents = told.filter((blocker) => blocker.reason === "parent").length;
  return {
    publicId: job.publicId,
    namespace,
    queue: job.queue,
    type: job.type,
    key: job.key,
    state: job.state,
    at: now,
    blockers: told,
    moreParents: job.state === "blocked" ? Math.max(0, job.pendingParents - parents) : 0,
  };
}

function blockersOf(facts: ExplainFacts): Blocker[] {
  const { job, now } = facts;
  if (isTerminal(job.state)) return [ended(job, firstToFail(facts))];
  if (job.state !== "blocked") return standing(job, facts);
  const waitsForTime = job.runAt !== null && job.runAt > now;
  return [
    ...parentBlockers(facts),
    ...(waitsForTime ? [scheduled(job, facts)] : []),
    ...waitingBlockers(job, facts),
  ];
}

function parentBlockers(facts: ExplainFacts): Blocker[] {
  const { job } = facts;
  const found = places(facts);
  const worst = job.parentIds
    .flatMap((id) => found.get(id) ?? [])
    .toSorted(byWorst)
    .slice(0, PARENTS_TOLD_MAX);
  return worst.length > 0 ? worst.map((place) => parentBlocker(job, place)) : [lostParents(job)];
}

function parentBlocker(job: ExplainedJob, place: Place): Blocker {
  const { root, isCut } = place;
  const { steps, leftOut } = chainOf(place);
  const last = steps.at(-1);
  const name = nameOf(place.job);
  const between = steps.length + leftOut - 2;
  const summary =
    place.parent === null || last === undefined
      ? `parent ${name}: ${root.summary}`
      : `parent ${name} is blocked, ${between > 0 ? `${plural(between, "job")} further up ` : ""}` +
        `by ${nameOf(last)}: ${root.summary}`;
  return {
    reason: "parent",
    since: job.createdAt,
    until: root.until,
    summary,
    resolution: root.resolution,
    detail: { kind: "parent", chain: steps, leftOut, isCut, pendingParents: job.pendingParents },
  };
}

/** The counter says that parents are open, and none is. */
function lostParents(job: ExplainedJob): Blocker {
  return {
    reason: "parent",
    since: job.createdAt,
    until: null,
    summary: `counts ${plural(job.pendingParents, "open parent")}, but none of its parents is open`,
    resolution: "`muster doctor` tells whether the counter is wrong, and what repairs it",
    detail: { kind: "parent", chain: [], leftOut: 0, isCut: false, pendingParents: job.pendingParents },
  };
}

/** Of the failed parents the one that ended first: it is what ended the job. */
function firstToFail(facts: ExplainFacts): Chain {
  const found = places(facts);
  const endedMs = (id: number): number => found.get(id)?.job.finishedAt?.getTime() ?? 0;
  const [first] = facts.job.parentIds.toSorted((a, b) => endedMs(a) - endedMs(b));
  const place = first === undefined ? undefined : found.get(first);
  return place === undefined ? { steps: [], leftOut: 0 } : chainOf(place);
}
