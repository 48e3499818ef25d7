import { expect } from "chai";
import fc from "fast-check";
import { criticalPath } from "../../../server/cli/graph/critical-path.js";

/** 0 and 1 before 2; 2 before 3 and 4; those before 5. */
const SURVEY = { parentPositions: [[], [], [0, 1], [2], [2], [3, 4]], order: [0, 1, 2, 3, 4, 5] };

describe("criticalPath", () => {
  it("is the longest chain and names its nodes", () => {
    expect(criticalPath(SURVEY, [2.5, 4, 1.5, 3, 0.5, 0])).to.deep.equal({
      length: 8.5,
      positions: [1, 2, 3],
    });
    expect(criticalPath(SURVEY, [2.5, 4, 1.5, 3, 0.5, 1])).to.deep.equal({
      length: 9.5,
      positions: [1, 2, 3, 5],
    });
  });

  it("is nothing for an empty graph", () => {
    expect(criticalPath({ parentPositions: [], order: [] }, [])).to.deep.equal({ length: 0, positions: [] });
  });

  it("is the longest of all chains of any graph", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(9), fc.array(fc.nat(50), { maxLength: 4 })), { maxLength: 9 }),
        (nodes) => {
          const parentPositions = nodes.map(([, parents], position) =>
            position === 0 ? [] : [...new Set(parents.map((parent) => parent % position))],
          );
          const lengths = nodes.map(([length]) => length);
          const endOf = (position: number): number =>
            (lengths[position] ?? 0) + Math.max(0, ...(parentPositions[position] ?? []).map(endOf));
          const longest = Math.max(0, ...lengths.map((_, position) => endOf(position)));
          const graph = { parentPositions, order: [...parentPositions.keys()] };
          const found = criticalPath(graph, lengths);
          expect(found.length).to.equal(longest);
          expect(found.positions.reduce((sum, position) => sum + (lengths[position] ?? 0), 0)).to.equal(
            longest,
          );
        },
      ),
    );
  });
});
