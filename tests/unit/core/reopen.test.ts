import { expect } from "chai";
import fc from "fast-check";
import { edgeStatus } from "../../../server/core/parent-edge.js";
import { decideReopenAll } from "../../../server/core/reopen.js";
import type { JobState, OnParentFailure } from "../../../server/core/job.js";
import type { Edge, LockedJob, LockedSet } from "../../../server/core/settlement.js";

function job(id: number, over: Partial<LockedJob> = {}): LockedJob {
  return {
    id,
    createdMs: 0,
    queueId: 1,
    graphId: null,
    state: "dead",
    type: "t",
    effectivePriority: 3,
    attempt: 3,
    maxAttempts: 3,
    generation: 1,
    losses: 1,
    leaseEpoch: 3,
    sessionId: null,
    pendingParents: 0,
    onParentFailure: "cancel",
    runAtMs: null,
    backoff: null,
    cancelRequested: false,
    stateReason: "exhausted",
    hasParents: false,
    stopReason: null,
    stopByMs: null,
    ...over,
  };
}

function locked(jobs: readonly LockedJob[], edges: readonly Edge[]): LockedSet {
  return { jobs: new Map(jobs.map((each) => [each.id, each])), edges, nowMs: 0 };
}

const edge = (parentId: number, childId: number): Edge => ({ parentId, childId });
const endedByParent = { state: "cancelled", stateReason: "parent_failed" } as const;

describe("decideReopenAll", () => {
  it("opens a new generation with nothing spent", () => {
    const { decision, retried } = decideReopenAll(locked([job(1)], []), [1]);
    expect(retried).to.deep.equal([1]);
    expect(decision.changes).to.have.length(1);
    expect(decision.changes[0]).to.include({
      state: "ready",
      generation: 2,
      attempt: 0,
      losses: 0,
      reason: null,
    });
  });

  it("leaves what is not dead as it is, and what was not asked for", () => {
    const states: JobState[] = ["blocked", "scheduled", "ready", "running", "succeeded", "cancelled"];
    const jobs = [...states.map((state, at) => job(at + 1, { state, stateReason: null })), job(9)];
    const { decision, retried } = decideReopenAll(
      locked(jobs, []),
      states.map((_, at) => at + 1),
    );
    expect(decision.changes).to.deep.equal([]);
    expect(retried).to.deep.equal([]);
  });

  it("revives what ended only because of it, however deep, and nothing that somebody cancelled", () => {
    const jobs = [
      job(1),
      job(2, endedByParent),
      job(3, { state: "cancelled", stateReason: "parent_cancelled" }),
      job(4, { state: "cancelled", stateReason: "not wanted" }),
      job(5, { state: "cancelled", stateReason: "parent_cancelled" }),
    ];
    const edges = [edge(1, 2), edge(2, 3), edge(1, 4), edge(4, 5)];
    const { revived, decision } = decideReopenAll(locked(jobs, edges), [1]);
    expect(revived).to.deep.equal([2, 3]);
    expect(
      decision.changes.map(({ id, state, pendingParents }) => [id, state, pendingParents]),
    ).to.deep.equal([
      [1, "ready", 0],
      [2, "blocked", 1],
      [3, "blocked", 1],
    ]);
  });

  it("refuses what stands behind a failed parent, unless that goes with it", () => {
    const jobs = [job(1), job(2, { onParentFailure: "fail", stateReason: "parent_failed" })];
    expect(decideReopenAll(locked(jobs, [edge(1, 2)]), [2])).to.deep.include({ refused: [2], retried: [] });
    expect(decideReopenAll(locked(jobs, [edge(1, 2)]), [1, 2])).to.deep.include({
      refused: [],
      retried: [1, 2],
    });
  });

  it("keeps the invariants of the graph, whatever ended and whatever is asked for", () => {
    const policies = fc.constantFrom<OnParentFailure>("cancel", "run", "fail");
    const node = fc.record({
      policy: policies,
      parents: fc.array(fc.nat(5), { maxLength: 3 }),
      ends: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(node, { minLength: 1, maxLength: 10 }), fc.array(fc.nat(9)), (nodes, asks) => {
        const edges = nodes.flatMap(({ parents }, at) =>
          [...new Set(parents)].flatMap((back) => (at - back - 1 >= 0 ? [edge(at - back, at + 1)] : [])),
        );
        const jobs = new Map<number, LockedJob>();
        for (const [at, { policy, ends }] of nodes.entries())
          jobs.set(at + 1, settledJob({ id: at + 1, onParentFailure: policy, ends }, edges, jobs));
        const { decision, retried, revived, refused } = decideReopenAll(
          { jobs, edges, nowMs: 0 },
          asks.map((at) => at + 1),
        );
        const after = new Map(jobs);
        for (const { id, state, pendingParents } of decision.changes) {
          after.set(id, { ...(jobs.get(id) as LockedJob), state, pendingParents });
        }
        expect(new Set([...retried, ...revived, ...refused]).size).to.equal(
          retried.length + revived.length + refused.length,
        );
        for (const each of after.values()) {
          const statuses = edges
            .filter(({ childId }) => childId === each.id)
            .map(({ parentId }) => edgeStatus(after.get(parentId)?.state ?? "ready", each.onParentFailure));
          if (each.state === "blocked") {
            expect(statuses).to.not.include("failed");
            expect(each.pendingParents).to.equal(statuses.filter((status) => status === "open").length);
          }
          if (retried.includes(each.id) && each.state === "ready") expect(statuses).to.not.include("open");
          if (refused.includes(each.id)) expect(statuses).to.include("failed");
        }
      }),
    );
  });
});

/** A job as it would stand after its parents: ended by them, blocked behind them, or ended as `ends` says. */
function settledJob(
  { id, onParentFailure, ends }: { id: number; onParentFailure: OnParentFailure; ends: number },
  edges: readonly Edge[],
  before: ReadonlyMap<number, LockedJob>,
): LockedJob {
  const parents = edges
    .filter(({ childId }) => childId === id)
    .map(({ parentId }) => before.get(parentId) as LockedJob);
  const statuses = parents.map((parent) => edgeStatus(parent.state, onParentFailure));
  const failed = parents.find((_, at) => statuses[at] === "failed");
  if (failed !== undefined) {
    const stateReason = failed.state === "dead" ? "parent_failed" : "parent_cancelled";
    return job(id, {
      onParentFailure,
      state: onParentFailure === "fail" ? "dead" : "cancelled",
      stateReason,
    });
  }
  const open = statuses.filter((status) => status === "open").length;
  if (open > 0)
    return job(id, { onParentFailure, state: "blocked", stateReason: null, pendingParents: open });
  const state = (["dead", "cancelled", "succeeded", "ready"] as const)[ends] ?? "ready";
  return job(id, { onParentFailure, state, stateReason: state === "cancelled" ? "not wanted" : "exhausted" });
}
