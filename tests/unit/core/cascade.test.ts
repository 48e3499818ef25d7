import { expect } from "chai";
import fc from "fast-check";
import {
  cascade,
  reopen,
  type CascadeEdge,
  type CascadeNode,
  type Ended,
} from "../../../server/core/cascade.js";
import { move, type JobState } from "../../../server/core/job.js";
import { decideRetry } from "../../../server/core/parent-edge.js";
import { arbitraryGraph } from "./arbitrary-graph.js";
import { endNaively, recount, type NaiveJob, type World } from "./naive-cascade.js";

const NOW_MS = 1000;

const node = (id: number, over: Partial<CascadeNode> = {}): CascadeNode => ({
  id,
  state: "blocked",
  pendingParents: 1,
  onParentFailure: "cancel",
  runAtMs: null,
  ...over,
});
const edge = (parentId: number, childId: number): CascadeEdge => ({ parentId, childId });

describe("cascade", () => {
  const run = (nodes: CascadeNode[], edges: CascadeEdge[], ...ended: Ended[]) =>
    cascade({ nodes, edges, ended, nowMs: NOW_MS });
  const succeeded = (id: number): Ended => ({ id, how: "succeeded" });
  const dead = (id: number): Ended => ({ id, how: "dead" });

  it("counts down, and makes ready what waits for nothing more", () => {
    const nodes = [
      node(2),
      node(3, { pendingParents: 2 }),
      node(4, { runAtMs: NOW_MS + 1 }),
      node(5, { runAtMs: NOW_MS }),
    ];
    const edges = [edge(1, 5), edge(1, 2), edge(1, 3), edge(1, 4)];
    expect(run(nodes, edges, succeeded(1))).to.deep.equal([
      { id: 2, event: "parents_settled", newState: "ready", reason: null, pendingParents: 0 },
      { id: 3, event: null, newState: "blocked", reason: null, pendingParents: 1 },
      { id: 4, event: "parents_settled_early", newState: "scheduled", reason: null, pendingParents: 0 },
      { id: 5, event: "parents_settled", newState: "ready", reason: null, pendingParents: 0 },
    ]);
  });

  it("applies the policy of each dependent to a failure, and goes on below it", () => {
    const nodes = [
      node(2),
      node(3, { onParentFailure: "fail" }),
      node(4, { onParentFailure: "run" }),
      node(5),
      node(6, { pendingParents: 2 }),
    ];
    const edges = [edge(1, 2), edge(1, 3), edge(1, 4), edge(2, 5), edge(3, 6), edge(4, 6)];
    expect(
      run(nodes, edges, dead(1)).map(({ id, newState, reason }) => ({ id, newState, reason })),
    ).to.deep.equal([
      { id: 2, newState: "cancelled", reason: { word: "parent_failed", parentId: 1 } },
      { id: 3, newState: "dead", reason: { word: "parent_failed", parentId: 1 } },
      { id: 4, newState: "ready", reason: null },
      { id: 5, newState: "cancelled", reason: { word: "parent_cancelled", parentId: 2 } },
      { id: 6, newState: "cancelled", reason: { word: "parent_failed", parentId: 3 } },
    ]);
  });

  it("handles a job once for each parent that ends in the same call", () => {
    const nodes = [node(3, { pendingParents: 3 }), node(4, { pendingParents: 2 })];
    const edges = [edge(1, 3), edge(2, 3), edge(1, 4), edge(2, 4)];
    expect(
      run(nodes, edges, succeeded(2), succeeded(1)).map((change) => change.pendingParents),
    ).to.deep.equal([1, 0]);
  });

  it("leaves jobs alone that are not blocked, or that ended themselves", () => {
    const states: JobState[] = ["scheduled", "ready", "running", "succeeded", "dead", "cancelled"];
    const nodes = [...states.map((state, at) => node(at + 10, { state })), node(20)];
    const edges = nodes.map(({ id }) => edge(1, id));
    expect(run(nodes, edges, dead(1), { id: 20, how: "cancelled" })).to.deep.equal([]);
  });

  it("refuses to count below zero or to go backwards", () => {
    expect(() => run([node(2, { pendingParents: 0 })], [edge(1, 2)], succeeded(1))).to.throw(
      "waits for none",
    );
    expect(() => run([node(1)], [edge(2, 1)], dead(2))).to.throw("expected a lower id");
  });

  it("ends ten thousand dependents of one parent, and a chain as long", () => {
    const count = 10_000;
    const ids = Array.from({ length: count }, (_, at) => at + 2);
    const fan = run(
      ids.map((id) => node(id)),
      ids.map((id) => edge(1, id)),
      succeeded(1),
    );
    expect(fan.every((change) => change.newState === "ready") && fan.length).to.equal(count);
    const chain = run(
      ids.map((id) => node(id)),
      ids.map((id) => edge(id - 1, id)),
      dead(1),
    );
    expect(chain.every((change) => change.newState === "cancelled") && chain.length).to.equal(count);
  });
});

describe("reopen", () => {
  it("makes blocked dependents wait again that had counted the job as settled", () => {
    const children = [
      node(9, { onParentFailure: "run", pendingParents: 2 }),
      node(3, { onParentFailure: "run" }),
      node(4),
      node(5, { onParentFailure: "run", state: "ready", pendingParents: 0 }),
    ];
    expect(reopen("dead", children)).to.deep.equal([
      { id: 3, pendingParents: 2 },
      { id: 9, pendingParents: 3 },
    ]);
  });
});

describe("a world of dependent jobs", () => {
  const anyJob = fc.record({
    onParentFailure: fc.constantFrom("cancel" as const, "run" as const, "fail" as const),
    runAtMs: fc.constantFrom(null, NOW_MS - 1, NOW_MS + 1),
  });
  const anySpec = arbitraryGraph(12).chain((graph) =>
    fc
      .array(anyJob, { minLength: graph.length, maxLength: graph.length })
      .map((jobs) =>
        jobs.map((job, at) => ({ ...job, parents: (graph[at] ?? []).map((parent) => parent + 1) })),
      ),
  );
  /** Built anew for each run, because the runs change it. */
  const worldOf = (spec: readonly Pick<NaiveJob, "parents" | "onParentFailure" | "runAtMs">[]): World =>
    new Map(
      spec.map((job, at) => {
        const state = job.parents.length > 0 ? "blocked" : "ready";
        return [at + 1, { ...job, id: at + 1, state, pending: job.parents.length }];
      }),
    );
  const anySteps = fc.array(
    fc.record({
      kind: fc.constantFrom("end" as const, "end" as const, "retry" as const),
      picks: fc.array(
        fc.record({
          at: fc.nat(50),
          how: fc.constantFrom("succeeded" as const, "dead" as const, "cancelled" as const),
        }),
        {
          minLength: 1,
          maxLength: 3,
        },
      ),
      order: fc.array(fc.nat(1000), { maxLength: 20 }),
    }),
    { maxLength: 12 },
  );

  // Children first, because the order of what is locked must not matter.
  const nodesOf = (world: World): CascadeNode[] =>
    [...world.values()].map(({ pending, ...job }) => ({ ...job, pendingParents: pending })).toReversed();
  const edgesOf = (world: World): CascadeEdge[] =>
    [...world.values()].flatMap((job) => job.parents.map((parent) => edge(parent, job.id)));

  /** Ends a few open jobs in one call, and compares with the naive way in a random order of edges. */
  function endSome(
    world: World,
    picks: readonly { at: number; how: Ended["how"] }[],
    order: readonly number[],
  ): void {
    const open = [...world.values()].filter(
      ({ state }) => state === "ready" || state === "scheduled" || state === "blocked",
    );
    const ended = new Map<number, Ended>();
    for (const { at, how } of picks) {
      const job = open[at % open.length];
      // A job that still waits can only be cancelled.
      if (job !== undefined)
        ended.set(job.id, { id: job.id, how: job.state === "blocked" ? "cancelled" : how });
    }
    const changes = cascade({
      nodes: nodesOf(world),
      edges: edgesOf(world),
      ended: [...ended.values()],
      nowMs: NOW_MS,
    });
    const before = new Map([...world.values()].map((job) => [job.id, job.state]));
    let turn = 0;
    endNaively(
      world,
      [...ended.values()],
      NOW_MS,
      (count) => (order[turn++ % Math.max(1, order.length)] ?? 0) % count,
    );
    expect(changes.map(({ id }) => id)).to.deep.equal(changes.map(({ id }) => id).sort((a, b) => a - b));
    const changed = new Map(changes.map((change) => [change.id, change]));
    for (const job of world.values()) {
      if (ended.has(job.id)) continue;
      const change = changed.get(job.id);
      expect(change?.newState ?? before.get(job.id), `job ${job.id}`).to.equal(job.state);
      if (change === undefined) continue;
      if (change.event !== null) expect(move("blocked", change.event)).to.equal(change.newState);
      if (job.state === "blocked") expect(change.pendingParents).to.equal(job.pending);
      expect(change.reason !== null).to.equal(job.state === "dead" || job.state === "cancelled");
      if (change.reason !== null) {
        const parent = world.get(change.reason.parentId);
        expect(job.parents).to.include(parent?.id);
        expect(parent?.state).to.equal(change.reason.word === "parent_failed" ? "dead" : "cancelled");
      }
    }
  }

  function retryOne(world: World, at: number): void {
    const over = [...world.values()].filter(({ state }) => state === "dead" || state === "cancelled");
    const job = over[at % over.length];
    if (job === undefined || (job.state !== "dead" && job.state !== "cancelled")) return;
    const parents = job.parents.map((id) => ({ id, state: world.get(id)?.state ?? "succeeded" }));
    const decision = decideRetry(job.onParentFailure, parents);
    if (decision.event === null) return;
    const children = nodesOf(world).filter(({ id }) => world.get(id)?.parents.includes(job.id));
    for (const { id, pendingParents } of reopen(job.state, children)) {
      const child = world.get(id);
      if (child !== undefined) child.pending = pendingParents;
    }
    job.state = move(job.state, decision.event) ?? job.state;
    job.pending = decision.event === "retry_blocked" ? decision.pendingParents : 0;
  }

  it("ends the same way in whatever order edges are followed, and its counters stay right", () => {
    fc.assert(
      fc.property(anySpec, anySteps, (spec, steps) => {
        const world = worldOf(spec);
        for (const { kind, picks, order } of steps) {
          if (kind === "end") endSome(world, picks, order);
          else retryOne(world, picks[0]?.at ?? 0);
          for (const job of world.values()) {
            if (job.state !== "blocked") continue;
            expect(job.pending, `pending of ${job.id}`).to.equal(recount(world, job));
            expect(job.pending).to.be.greaterThan(0);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is never blocked for ever: with every open job ended, nothing waits", () => {
    fc.assert(
      fc.property(anySpec, anySteps, (spec, steps) => {
        const world = worldOf(spec);
        for (const { kind, picks, order } of steps) {
          if (kind === "end") endSome(world, picks, order);
          else retryOne(world, picks[0]?.at ?? 0);
        }
        const isRunnable = ({ state }: NaiveJob) => state === "ready" || state === "scheduled";
        for (
          let next = [...world.values()].find(isRunnable);
          next;
          next = [...world.values()].find(isRunnable)
        ) {
          const at = [...world.values()]
            .filter((job) => isRunnable(job) || job.state === "blocked")
            .indexOf(next);
          endSome(world, [{ at, how: "succeeded" }], [0]);
        }
        expect([...world.values()].filter(({ state }) => state === "blocked")).to.deep.equal([]);
      }),
    );
  });
});
