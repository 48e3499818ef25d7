import { expect } from "chai";
import fc from "fast-check";
import {
  computePriorities,
  LEVELS,
  levelOf,
  PRIORITY_MAX,
  PRIORITY_MIN,
  type PriorityNode,
} from "../../../server/core/priority.js";
import { arbitraryGraph } from "./arbitrary-graph.js";

const anyPriority = fc.oneof(
  fc.integer({ min: 0, max: 6 }),
  fc.integer({ min: PRIORITY_MIN, max: PRIORITY_MAX }),
);
const anyNodes: fc.Arbitrary<PriorityNode[]> = arbitraryGraph(12).chain((graph) =>
  fc.tuple(
    ...graph.map((parents, position) =>
      fc.record({
        own: anyPriority,
        inherits: fc.boolean(),
        parents: fc.constant(parents),
        outside: fc.option(fc.record({ base: anyPriority, jobId: fc.constant(1000 + position) })),
        isOver: fc.boolean(),
      }),
    ),
  ),
);

/** The definition, applied over and over until nothing moves. */
function fixpoint(nodes: readonly PriorityNode[]): { base: number; effective: number }[] {
  const base = nodes.map((node) => node.own);
  const raiseBase = () =>
    nodes.some((node, position) => {
      if (!node.inherits) return false;
      const highest = Math.max(
        node.own,
        node.outside?.base ?? node.own,
        ...node.parents.map((parent) => base[parent] ?? node.own),
      );
      const moved = highest !== base[position];
      base[position] = highest;
      return moved;
    });
  while (raiseBase());
  const effective = [...base];
  const raiseEffective = () =>
    nodes.some(
      (child, position) =>
        !child.isOver &&
        child.parents.some((parent) => {
          const wanted = effective[position] ?? 0;
          if (nodes[parent]?.inherits !== true || wanted <= (effective[parent] ?? 0)) return false;
          effective[parent] = wanted;
          return true;
        }),
    );
  while (raiseEffective());
  return base.map((value, position) => ({ base: value, effective: effective[position] ?? value }));
}

describe("levelOf", () => {
  it("is high from 4, medium at 2 and 3, low below", () => {
    const levels = [PRIORITY_MIN, -1, 0, 1, 2, 3, 4, 5, PRIORITY_MAX].map(levelOf);
    expect(levels).to.deep.equal(["low", "low", "low", "low", "medium", "medium", "high", "high", "high"]);
  });

  it("never falls as the priority rises", () => {
    fc.assert(
      fc.property(anyPriority, anyPriority, (a, b) => {
        const rank = (priority: number) => LEVELS.indexOf(levelOf(priority));
        return a < b ? rank(a) >= rank(b) : rank(a) <= rank(b);
      }),
    );
  });
});

describe("computePriorities", () => {
  it("never lowers a priority, and leaves a job alone that does not inherit", () => {
    fc.assert(
      fc.property(anyNodes, (nodes) => {
        for (const [position, computed] of computePriorities(nodes).entries()) {
          const node = nodes[position];
          expect(computed.base).to.be.at.least(node?.own ?? Number.NaN);
          expect(computed.effective).to.be.at.least(computed.base);
          if (node?.inherits === false) expect(computed.effective).to.equal(node.own);
        }
      }),
    );
  });

  it("is the fixpoint of its definition", () => {
    fc.assert(
      fc.property(anyNodes, (nodes) => {
        const computed = computePriorities(nodes).map(({ base, effective }) => ({ base, effective }));
        expect(computed).to.deep.equal(fixpoint(nodes));
      }),
    );
  });

  it("names the job that a priority comes from", () => {
    fc.assert(
      fc.property(anyNodes, (nodes) => {
        const computed = computePriorities(nodes);
        for (const [position, { base, effective, source }] of computed.entries()) {
          const node = nodes[position];
          expect(source.kind === "own").to.equal(effective === node?.own);
          if (source.kind === "inherited_outside") {
            expect(node?.outside).to.deep.equal({ base: effective, jobId: source.jobId });
          }
          if (source.kind === "inherited") {
            expect(node?.parents).to.include(source.position);
            expect(computed[source.position]?.base).to.equal(base);
          }
          if (source.kind === "raised") {
            expect(nodes[source.position]?.parents).to.include(position);
            expect(computed[source.position]?.effective).to.equal(effective);
            expect(effective).to.be.greaterThan(base);
          }
        }
      }),
    );
  });

  it("goes through a chain in one pass, however long", () => {
    const nodes = Array.from({ length: 10_000 }, (_, position): PriorityNode => ({
      own: position === 9_999 ? 9 : 1,
      inherits: true,
      parents: position === 0 ? [] : [position - 1],
      outside: null,
      isOver: false,
    }));
    expect(computePriorities(nodes)[0]).to.deep.equal({
      base: 1,
      effective: 9,
      source: { kind: "raised", position: 1 },
    });
  });
});
