/**
 * What one dependency means at a given moment, and from it where a job goes when it is retried by hand.
 * The rule behind `pending_parents`: it counts the parents whose edge is open. An edge is settled when the parent
 * succeeded, or ended in any way and the dependent's policy is `run`; it has failed when the parent ended dead or
 * cancelled and the policy is `cancel` or `fail`. The retry verb and the cascade call this.
 */
import { isTerminal, type JobEvent, type JobState, type OnParentFailure } from "./job.js";

export type EdgeStatus = "open" | "settled" | "failed";

export function edgeStatus(parent: JobState, policy: OnParentFailure): EdgeStatus {
  if (!isTerminal(parent)) return "open";
  return parent === "succeeded" || policy === "run" ? "settled" : "failed";
}

/** What `state_reason` says of a job that ended because of a parent. */
export type ParentReason = "parent_failed" | "parent_cancelled";

/** How a dependent with this policy ends when a parent ended `how`; null when it does not end. */
export function endByParent(
  how: "dead" | "cancelled",
  policy: OnParentFailure,
): {
  readonly event: Extract<JobEvent, "parent_failed_cancel" | "parent_failed_fail">;
  readonly state: "dead" | "cancelled";
  readonly reason: ParentReason;
} | null {
  if (policy === "run") return null;
  const reason = how === "dead" ? "parent_failed" : "parent_cancelled";
  return policy === "fail"
    ? { event: "parent_failed_fail", state: "dead", reason }
    : { event: "parent_failed_cancel", state: "cancelled", reason };
}

export type RetryDecision =
  | { readonly event: Extract<JobEvent, "retry"> }
  | { readonly event: Extract<JobEvent, "retry_blocked">; readonly pendingParents: number }
  /** A parent has failed for this job: it would wait for ever, or run against its policy. Retry the parent first. */
  | { readonly event: null; readonly failedParentId: number };

/**
 * A dead or cancelled job is retried by hand. It does not wait for its old `run_at`.
 * @param parents all parents in any order, read under lock
 */
export function decideRetry(
  policy: OnParentFailure,
  parents: readonly { readonly id: number; readonly state: JobState }[],
): RetryDecision {
  let pendingParents = 0;
  for (const parent of parents) {
    const status = edgeStatus(parent.state, policy);
    if (status === "failed") return { event: null, failedParentId: parent.id };
    if (status === "open") pendingParents++;
  }
  return pendingParents === 0 ? { event: "retry" } : { event: "retry_blocked", pendingParents };
}
