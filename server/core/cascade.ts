/**
 * What the end of jobs does to their dependents, transitively: counts down, makes ready, cancels or kills.
 * Pure: the caller has locked the nodes, and writes the changes in the same transaction as the end itself.
 * One ascending pass is enough, because a parent's id is always below its child's: when a job is reached, all
 * that its parents do to it has been applied. Only blocked jobs are touched. The finish, cancel and rescue verbs
 * call `cascade`, the retry verb calls `reopen`.
 */
import { MusterError } from "./errors.js";
import type { JobEvent, JobState, OnParentFailure } from "./job.js";
import { edgeStatus, endByParent, type ParentReason } from "./parent-edge.js";

/** A dependent as locked. */
export interface CascadeNode {
  readonly id: number;
  readonly state: JobState;
  /** Parents whose edge is still open, the ones that just ended included. */
  readonly pendingParents: number;
  readonly onParentFailure: OnParentFailure;
  readonly runAtMs: number | null;
}

export interface CascadeEdge {
  readonly parentId: number;
  readonly childId: number;
}

export interface Ended {
  readonly id: number;
  readonly how: "succeeded" | "dead" | "cancelled";
}

export interface CascadeInput {
  /** Dependents of what ended, and theirs, as far as the cascade can reach; in any order. */
  readonly nodes: Iterable<CascadeNode>;
  /** Edges from what ended and among the nodes; edges to jobs that are not among the nodes are ignored. */
  readonly edges: readonly CascadeEdge[];
  /** Jobs that ended in this transaction, each once. Their edges have not been counted down before. */
  readonly ended: readonly Ended[];
  readonly nowMs: number;
}

export interface CascadeChange {
  readonly id: number;
  /** Null: only counted down, still blocked. */
  readonly event: Extract<
    JobEvent,
    "parents_settled" | "parents_settled_early" | "parent_failed_cancel" | "parent_failed_fail"
  > | null;
  readonly newState: JobState;
  /** Why the job ended, and the parent (lowest id first) that ended it; null unless it did. */
  readonly reason: { readonly word: ParentReason; readonly parentId: number } | null;
  readonly pendingParents: number;
}

/**
 * Changes in ascending id order, one a job. Linear in nodes plus edges, but for the sort.
 * @throws MusterError BUG when more parents end than a job waits for: the counter was wrong before
 */
export function cascade(input: CascadeInput): CascadeChange[] {
  const nodes = new Map<number, CascadeNode>();
  for (const node of input.nodes) nodes.set(node.id, node);
  const childrenOf = groupByParent(input.edges, nodes);
  const how = new Map<number, Ended["how"]>(input.ended.map((end) => [end.id, end.how]));
  const changes = new Map<number, CascadeChange>();
  const ids = [...new Set([...how.keys(), ...nodes.keys()])].sort((a, b) => a - b);
  for (const parentId of ids) {
    const end = how.get(parentId);
    if (end === undefined) continue;
    for (const childId of childrenOf.get(parentId) ?? []) {
      const child = nodes.get(childId);
      if (child === undefined || child.state !== "blocked" || how.has(childId)) continue;
      if (childId <= parentId) throw bug(`job ${childId} depends on ${parentId}: expected a lower id`);
      const pendingParents = changes.get(childId)?.pendingParents ?? child.pendingParents;
      const change = afterParentEnded({ ...child, pendingParents }, { id: parentId, how: end }, input.nowMs);
      changes.set(childId, change);
      if (change.newState === "dead" || change.newState === "cancelled") how.set(childId, change.newState);
    }
  }
  return [...changes.values()].sort((a, b) => a.id - b.id);
}

function groupByParent(
  edges: readonly CascadeEdge[],
  nodes: ReadonlyMap<number, CascadeNode>,
): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const { parentId, childId } of edges) {
    if (!nodes.has(childId)) continue;
    const list = children.get(parentId);
    if (list === undefined) children.set(parentId, [childId]);
    else list.push(childId);
  }
  return children;
}

function afterParentEnded(child: CascadeNode, parent: Ended, nowMs: number): CascadeChange {
  const { id } = child;
  if (child.pendingParents < 1) throw bug(`job ${id}: parent ${parent.id} ended, but it waits for none`);
  const end = parent.how === "succeeded" ? null : endByParent(parent.how, child.onParentFailure);
  if (end !== null) {
    const reason = { word: end.reason, parentId: parent.id };
    return { id, event: end.event, newState: end.state, reason, pendingParents: child.pendingParents };
  }
  const pendingParents = child.pendingParents - 1;
  if (pendingParents > 0) return { id, event: null, newState: "blocked", reason: null, pendingParents };
  return child.runAtMs !== null && child.runAtMs > nowMs
    ? { id, event: "parents_settled_early", newState: "scheduled", reason: null, pendingParents }
    : { id, event: "parents_settled", newState: "ready", reason: null, pendingParents };
}

/**
 * A job that had ended `how` is retried by hand: dependents that are still blocked and had counted it as settled
 * wait for it again. Dependents that are past blocked stay where they are.
 * @param children the job's dependents as locked, in any order
 * @returns new counters in ascending id order
 */
export function reopen(
  how: "dead" | "cancelled",
  children: readonly CascadeNode[],
): { readonly id: number; readonly pendingParents: number }[] {
  return children
    .filter((child) => child.state === "blocked" && edgeStatus(how, child.onParentFailure) === "settled")
    .map((child) => ({ id: child.id, pendingParents: child.pendingParents + 1 }))
    .sort((a, b) => a.id - b.id);
}

function bug(message: string): MusterError {
  return new MusterError("BUG", message);
}
