/**
 * What a look at jobs finds whose timeouts may be over: waiting for a worker, execution, time without progress, and
 * the grace of an attempt that was asked to stop. A pure function of what was locked; the clocks are columns, and the
 * time is the database's. A timeout of an attempt first asks the worker to stop and takes the job after the grace;
 * waiting too long ends the job. Called by the verb `enforce-deadlines`.
 */
import { ended, failureChange, orderTo, timedOut, withCascade, type AttemptTimeout } from "./decide.js";
import { isTerminal, type JobError } from "./job.js";
import { unchanged, type Decision, type JobChange, type JobClocks } from "./settlement.js";
import type { LockedJob, LockedSet, Look, SessionOrder } from "./settlement.js";

export interface DeadlineRules {
  /** How long an attempt that was asked to stop has; and how long a worker has to enforce execution_timeout itself. */
  readonly graceMs: number;
  readonly random01: () => number;
}

export interface Enforced extends Decision {
  readonly looks: readonly Look[];
  /** Attempts whose worker was asked to stop now, by why. */
  readonly asked: readonly { readonly job: LockedJob; readonly timeout: AttemptTimeout }[];
  /** Ended here: waited too long, or did not stop in its grace. */
  readonly taken: readonly { readonly job: LockedJob; readonly why: TakenBecause }[];
}

export type TakenBecause = "start_timeout" | AttemptTimeout | "cancel_ignored";

/** A detached worker's reports may be under way: the silence is looked at again so much later. */
const DETACHED_LOOK_MS = 1_000;

/** What is to be done about one job: `lookAtMs` null when its deadline is to be removed. */
type Finding =
  { readonly lookAtMs: number | null } | { readonly ask: AttemptTimeout } | { readonly take: TakenBecause };

export function decideDeadlines(
  locked: LockedSet,
  jobIds: readonly number[],
  rules: DeadlineRules,
): Enforced {
  const primary: JobChange[] = [];
  const orders: SessionOrder[] = [];
  const looks: Look[] = [];
  const asked: Enforced["asked"][number][] = [];
  const taken: Enforced["taken"][number][] = [];
  for (const id of jobIds) {
    const clocks = locked.clocks?.get(id);
    // Somebody else looked meanwhile.
    if (clocks === undefined || clocks.dueUs / 1000 > locked.nowMs + 1) continue;
    const job = locked.jobs.get(id);
    const found = job === undefined ? { lookAtMs: null } : find(job, clocks, locked.nowMs, rules.graceMs);
    if ("lookAtMs" in found) {
      looks.push({ jobId: id, dueUs: clocks.dueUs, atMs: found.lookAtMs });
    } else if (job !== undefined && "ask" in found) {
      const { graceMs } = rules;
      primary.push({ ...unchanged(job), stop: { reason: found.ask, afterMs: graceMs } });
      orders.push(...orderTo(job, "cancel", found.ask, graceMs));
      asked.push({ job, timeout: found.ask });
    } else if (job !== undefined && "take" in found) {
      primary.push(takenChange(job, found.take, { clocks, ...rules }));
      orders.push(...orderTo(job, "revoke", found.take, 0));
      taken.push({ job, why: found.take });
      // An ended job's deadline goes with it; one that runs again gets another.
      looks.push({ jobId: id, dueUs: clocks.dueUs, atMs: null });
    }
  }
  return { changes: withCascade(locked, primary), orders, looks, asked, taken };
}

function find(job: LockedJob, clocks: JobClocks, nowMs: number, graceMs: number): Finding {
  // What waits for a time or for parents gets its deadline when it becomes ready.
  if (isTerminal(job.state) || job.state === "blocked" || job.state === "scheduled")
    return { lookAtMs: null };
  if (job.state === "running" && job.stopByMs !== null) {
    if (nowMs < job.stopByMs) return { lookAtMs: job.stopByMs };
    return { take: job.cancelRequested ? "cancel_ignored" : (timeoutOf(job) ?? "cancel_ignored") };
  }
  if (job.state === "ready" || clocks.startedMs === null) {
    const startByMs = sum(clocks.waitingSinceMs, clocks.startTimeoutMs);
    if (startByMs === null || nowMs < startByMs) return { lookAtMs: startByMs };
    return { take: "start_timeout" };
  }
  const endByMs = sum(clocks.startedMs, clocks.executionTimeoutMs);
  const askAtMs = endByMs === null ? null : endByMs + graceMs;
  if (askAtMs !== null && nowMs >= askAtMs) return { ask: "execution_timeout" };
  const heardMs = Math.max(clocks.startedMs, clocks.progressMs ?? 0);
  const progressByMs = sum(heardMs, clocks.progressTimeoutMs);
  if (progressByMs === null || nowMs < progressByMs) return { lookAtMs: earliest(askAtMs, progressByMs) };
  return clocks.isDetached ? { lookAtMs: nowMs + DETACHED_LOOK_MS } : { ask: "progress_timeout" };
}

function timeoutOf(job: LockedJob): AttemptTimeout | null {
  return job.stopReason === "cancelled" ? null : job.stopReason;
}

interface Taking extends DeadlineRules {
  readonly clocks: JobClocks;
}

function takenChange(job: LockedJob, why: TakenBecause, { clocks, graceMs, random01 }: Taking): JobChange {
  switch (why) {
    case "cancel_ignored":
      return {
        ...ended(job, "cancelled", job.stateReason ?? "cancelled"),
        executionEnds: "cancel_ignored",
        executionError: problem(
          "CANCEL_IGNORED",
          "asked to stop and did not in its grace; the handler may still run",
        ),
      };
    case "start_timeout": {
      const error = problem(
        "START_TIMEOUT",
        `start_timeout: expected a start within ${clocks.startTimeoutMs} ms of becoming ready, got none`,
      );
      const executionEnds = job.state === "running" ? "not_started" : null;
      return { ...ended(job, "dead", "start_timeout"), error, executionEnds };
    }
    case "execution_timeout": {
      const more = ` after ${clocks.executionTimeoutMs} ms of execution, and did not within ${graceMs} ms`;
      return failureChange(job, timedOut(why, more), random01());
    }
    case "progress_timeout": {
      const more = ` after ${clocks.progressTimeoutMs} ms without progress, and did not within ${graceMs} ms`;
      return failureChange(job, timedOut(why, more), random01());
    }
  }
}

function problem(errorType: string, message: string): JobError {
  return { errorType, message, stackTrace: "" };
}

function sum(atMs: number | null, forMs: number | null): number | null {
  return atMs === null || forMs === null ? null : atMs + forMs;
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
