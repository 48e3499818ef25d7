/**
 * Where one job stands by itself, whatever is above it: it ended, it runs, it waits for a time or for a worker. Pure;
 * used for the job that is asked about and for each root cause above it.
 */
import type { ExplainedJob, ExplainFacts } from "./explain-facts.js";
import type { Blocker, ChainStep } from "./explanation.js";
import { dispatchDue, slowServer, waitingBlockers } from "./explain-waiting.js";
import { isTerminal } from "./job.js";
import { durationText, plural } from "./wait-estimate.js";

const MESSAGE_SHOWN_MAX = 200;

/** What a job that is not blocked waits for, in order; never empty. */
export function standing(job: ExplainedJob, facts: ExplainFacts): Blocker[] {
  if (isTerminal(job.state)) return [ended(job, { steps: [], leftOut: 0 })];
  if (job.state === "running") return [running(job, facts)];
  if (job.state === "scheduled") return [scheduled(job, facts), ...waitingBlockers(job, facts)];
  const found = [...waitingBlockers(job, facts), ...slowServer(facts)];
  return found.length > 0 ? found : [dispatchDue(job, facts)];
}

/** @param way the parents that ended it, the first to fail last; empty when none did */
export function ended(
  job: ExplainedJob,
  way: { readonly steps: readonly ChainStep[]; readonly leftOut: number },
): Blocker {
  const { steps: chain, leftOut } = way;
  const reason = job.stateReason ?? "";
  return {
    reason: "ended",
    since: job.finishedAt,
    until: null,
    summary: endedText(job, chain),
    resolution: resolutionOfEnd(job, chain),
    detail: {
      kind: "ended",
      state: job.state,
      stateReason: reason,
      errorType: job.error?.errorType ?? "",
      errorMessage: job.error?.message ?? "",
      chain,
      leftOut,
    },
  };
}

function endedText(job: ExplainedJob, chain: readonly ChainStep[]): string {
  const error = errorText(job);
  const because = error === "" ? "" : `: ${error}`;
  if (job.state === "succeeded") return "it succeeded";
  const root = chain.at(-1);
  if (root !== undefined) {
    const parent = chain[0] ?? root;
    const way = root === parent ? "" : `, which ended because of ${nameOf(root)}`;
    return `${job.state} because of its parent ${nameOf(parent)}${way}: ${root.summary}`;
  }
  switch (job.stateReason) {
    case "exhausted":
      return `dead: all ${plural(job.maxAttempts, "attempt")} failed${because}`;
    case "non_retryable":
      return `dead: its worker said that trying again is useless${because}`;
    case "poison":
      return `dead: it was running on ${plural(job.losses, "worker")} that died`;
    case null:
      return job.state + because;
    default:
      return `${job.state} (${job.stateReason})${job.state === "dead" ? because : ""}`;
  }
}

function resolutionOfEnd(job: ExplainedJob, chain: readonly ChainStep[]): string {
  if (job.state === "succeeded") return "nothing to do";
  const root = chain.at(-1);
  if (root === undefined) return `\`muster retry ${job.publicId}\`, when the cause is gone`;
  return `\`muster retry ${root.publicId}\` first, then those that it ended: parents before dependents`;
}

function running(job: ExplainedJob, { now }: ExplainFacts): Blocker {
  const { worker, startedAt, executionTimeoutMs, cancelRequested } = job;
  const on = worker === null ? "a worker" : `worker ${worker.workerId}`;
  const lost = worker?.state === "suspect" ? ", whose stream is lost," : "";
  const since = job.assignedAt;
  const took = since === null ? "" : ` for ${durationText(now.getTime() - since.getTime())}`;
  const part = job.progress > 0 ? `, ${Math.floor(job.progress * 100)} % done` : "";
  const asked = cancelRequested ? "; it was told to stop" : "";
  const deadline =
    startedAt === null || executionTimeoutMs === null
      ? null
      : new Date(startedAt.getTime() + executionTimeoutMs);
  return {
    reason: "running",
    since,
    until: deadline,
    summary: `runs on ${on}${lost}${took}${part}${asked}`,
    resolution:
      worker?.state === "suspect"
        ? "wait: its worker resumes, or the job is ready again when the lease ends"
        : `wait, or \`muster cancel ${job.publicId}\``,
    detail: {
      kind: "running",
      workerId: worker?.workerId ?? "",
      attempt: job.attempt,
      progress: job.progress,
      progressNote: job.progressNote,
      leaseExpiresAt: worker?.leaseExpiresAt ?? null,
      cancelRequested,
    },
  };
}

/** Waits for `run_at`; also of a job that waits for parents as well. */
export function scheduled(job: ExplainedJob, { now }: ExplainFacts): Blocker {
  const { runAt } = job;
  const why = whyScheduled(job);
  const waitMs = runAt === null ? 0 : runAt.getTime() - now.getTime();
  const when = waitMs > 0 ? `in ${durationText(waitMs)}` : "now: the scheduler is about to make it ready";
  const error = errorText(job);
  const texts = {
    retry: `waits for attempt ${job.attempt + 1} of ${job.maxAttempts}${error === "" ? "" : ` after ${error}`}, due ${when}`,
    run_at: `was submitted to run later, due ${when}`,
    release: `was given back by its worker with a delay, due ${when}`,
  };
  return {
    reason: "scheduled",
    since: why === "run_at" ? job.createdAt : (job.lastEndedAt ?? job.createdAt),
    until: runAt,
    summary: texts[why],
    resolution: "wait; the database's clock decides",
    detail: { kind: "schedule", why, attempt: job.attempt, maxAttempts: job.maxAttempts },
  };
}

function whyScheduled({ stateReason, lastEndedAt }: ExplainedJob): "retry" | "run_at" | "release" {
  if (stateReason?.startsWith("retry") === true) return "retry";
  return lastEndedAt === null ? "run_at" : "release";
}

export function nameOf({
  key,
  type,
  publicId,
}: {
  readonly key: string | null;
  readonly type: string;
  readonly publicId: string;
}): string {
  return `${key ?? type} (${publicId})`;
}

function errorText({ error }: ExplainedJob): string {
  if (error === null) return "";
  const text = `${error.errorType}: ${error.message}`;
  return text.length > MESSAGE_SHOWN_MAX ? `${text.slice(0, MESSAGE_SHOWN_MAX)}...` : text;
}
