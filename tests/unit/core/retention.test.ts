/** Which of the expired jobs may go, as far as their dependents are concerned. */
import { expect } from "chai";
import { notNeeded } from "../../../server/core/retention.js";

const edge = (parentId: number, childId: number) => ({ parentId, childId });

describe("notNeeded", () => {
  it("lets everything go that nobody depends on", () => {
    expect(notNeeded([3, 1, 2], [])).to.deep.equal([1, 2, 3]);
  });

  it("keeps what a dependent needs that stays, and everything above it", () => {
    expect(notNeeded([1, 2, 3], [edge(1, 2), edge(2, 9), edge(3, 1)])).to.deep.equal([]);
    expect(notNeeded([1, 2, 3], [edge(1, 2), edge(2, 9)])).to.deep.equal([3]);
  });

  it("lets whole chains of failed jobs go together", () => {
    expect(notNeeded([1, 2, 3, 4], [edge(1, 2), edge(2, 3), edge(1, 3), edge(3, 4)])).to.deep.equal([
      1, 2, 3, 4,
    ]);
  });
});
