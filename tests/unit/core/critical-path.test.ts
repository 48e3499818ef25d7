/** How much later than it could a job may start without delaying its graph's end. */
import { expect } from "chai";
import fc from "fast-check";
import { giveSlack, placeUs, SLACK_MS_MAX } from "../../../server/core/critical-path.js";

function slacks(
  parents: readonly (readonly number[])[],
  expectedMs: readonly (number | undefined)[],
): (number | undefined)[] {
  const jobs = parents.map((siblingParents): { siblingParents: readonly number[]; slackMs?: number } => ({
    siblingParents,
  }));
  giveSlack(jobs, expectedMs);
  return jobs.map(({ slackMs }) => slackMs);
}

describe("slack in a graph", () => {
  it("is what the longest way through the graph leaves", () => {
    // 0 -> 1 -> 4 takes 100 + 300 + 10, 0 -> 2 -> 4 takes 100 + 50 + 10, and 3 stands alone.
    expect(slacks([[], [0], [0], [], [1, 2]], [100, 300, 50, 400, 10])).to.deep.equal([
      undefined,
      undefined,
      250,
      10,
      undefined,
    ]);
  });

  it("counts a second for a job that does not say, and ends at an hour", () => {
    expect(slacks([[], []], [undefined, 3_000])).to.deep.equal([2_000, undefined]);
    expect(slacks([[], []], [1, 10 * SLACK_MS_MAX])).to.deep.equal([SLACK_MS_MAX, undefined]);
  });

  it("is none on a longest way, and taking all of it anywhere never makes the graph longer", () => {
    const node = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.array(fc.nat({ max: 30 }), { maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(node, { minLength: 1, maxLength: 20 }), (nodes) => {
        const parents = nodes.map(([, named], position) =>
          position === 0 ? [] : [...new Set(named.map((parent) => parent % position))],
        );
        const lengths = nodes.map(([length]) => length);
        const given = slacks(parents, lengths);
        const endOfAll = (late: number | null): number => {
          const ends: number[] = [];
          for (const [position, length] of lengths.entries()) {
            const ready = Math.max(0, ...(parents[position] ?? []).map((parent) => ends[parent] ?? 0));
            ends.push(ready + (position === late ? (given[position] ?? 0) : 0) + length);
          }
          return Math.max(...ends);
        };
        const whole = endOfAll(null);
        for (const position of lengths.keys()) expect(endOfAll(position)).to.equal(whole);
        expect(given).to.include(undefined);
      }),
    );
  });

  it("moves the place of a ready job back by as much", () => {
    expect(placeUs(1_000_000, { slackMs: 2 })).to.equal(1_002_000);
    expect(placeUs(1_000_000, {})).to.equal(1_000_000);
    expect(placeUs(null, { slackMs: 2 })).to.equal(null);
  });
});
