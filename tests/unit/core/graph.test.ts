import { expect } from "chai";
import fc from "fast-check";
import { cycleText, topologicalOrder } from "../../../server/core/graph.js";
import { arbitraryGraph } from "./arbitrary-graph.js";

/** Renames the nodes of a graph: node n becomes node `to[n]`. */
function renamed(graph: readonly (readonly number[])[], to: readonly number[]): number[][] {
  const result: number[][] = graph.map(() => []);
  for (const [node, parents] of graph.entries())
    result[to[node] ?? 0] = parents.map((parent) => to[parent] ?? 0);
  return result;
}

const shuffledGraph = arbitraryGraph(30).chain((graph) =>
  fc.shuffledSubarray([...graph.keys()], { minLength: graph.length }).map((to) => renamed(graph, to)),
);

describe("topologicalOrder", () => {
  it("puts every parent before its children, and names each node once", () => {
    fc.assert(
      fc.property(shuffledGraph, (graph) => {
        const result = topologicalOrder(graph);
        if (!result.ok) return expect.fail("an acyclic graph has an order");
        expect([...result.order].sort((a, b) => a - b)).to.deep.equal([...graph.keys()]);
        const at = new Map(result.order.map((node, position) => [node, position]));
        for (const [node, parents] of graph.entries()) {
          for (const parent of parents) expect(at.get(parent)).to.be.lessThan(at.get(node) ?? -1);
        }
        return undefined;
      }),
    );
  });

  it("keeps an order that is already right", () => {
    fc.assert(
      fc.property(arbitraryGraph(30), (graph) => {
        expect(topologicalOrder(graph)).to.deep.equal({ ok: true, order: [...graph.keys()] });
      }),
    );
  });

  it("moves a job forward only for what needs it", () => {
    expect(topologicalOrder([[3], [], [], [2]])).to.deep.equal({ ok: true, order: [2, 3, 0, 1] });
  });

  it("finds a cycle whenever there is one, and names jobs that do depend on each other", () => {
    fc.assert(
      fc.property(shuffledGraph, fc.array(fc.nat(29), { minLength: 1, maxLength: 5 }), (graph, picks) => {
        const ring = [...new Set(picks.map((pick) => pick % graph.length))];
        const closed = graph.map((parents) => [...parents]);
        for (const [at, node] of ring.entries()) closed[node]?.push(ring[(at + 1) % ring.length] ?? node);
        const result = topologicalOrder(closed);
        if (result.ok) return expect.fail("a graph with a ring has no order");
        expect(result.cycle.length).to.be.greaterThan(0);
        expect(new Set(result.cycle).size).to.equal(result.cycle.length);
        for (const [at, node] of result.cycle.entries()) {
          expect(closed[node]).to.include(result.cycle[(at + 1) % result.cycle.length]);
        }
        return undefined;
      }),
    );
  });

  it("follows a chain of any length", () => {
    const chain = Array.from({ length: 50_000 }, (_, node) => (node === 49_999 ? [] : [node + 1]));
    const result = topologicalOrder(chain);
    expect(result.ok && result.order[0]).to.equal(49_999);
    chain[49_999] = [0];
    expect(topologicalOrder(chain)).to.deep.include({ ok: false });
  });

  it("orders nothing", () => {
    expect(topologicalOrder([])).to.deep.equal({ ok: true, order: [] });
  });
});

describe("cycleText", () => {
  it("goes around once, and shortens long ways", () => {
    expect(cycleText(["a", "b", "c"])).to.equal("a -> b -> c -> a");
    expect(cycleText(["a"])).to.equal("a -> a");
    const names = Array.from({ length: 30 }, (_, n) => `n${n}`);
    expect(cycleText(names)).to.equal(
      "n0 -> n1 -> n2 -> n3 -> n4 -> (21 more) -> n26 -> n27 -> n28 -> n29 -> n0",
    );
  });
});
