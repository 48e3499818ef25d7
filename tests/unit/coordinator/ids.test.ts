/** Ids ahead of need: ascending, never twice, also when many ask at once and when the database fails. */
import { expect } from "chai";
import { IdAllocator } from "../../../server/coordinator/ids.js";

function blocksFrom(start: number) {
  let next = start;
  const asked: number[] = [];
  const store = {
    allocateIdBlocks: async (blocks: number): Promise<readonly number[]> => {
      asked.push(blocks);
      await new Promise((resolve) => setImmediate(resolve));
      return Array.from({ length: blocks }, () => (next += 1_000));
    },
  };
  return { store, asked };
}

describe("the id allocator", () => {
  it("gives each id once, ascending within an answer and from one answer to the next", async () => {
    const { store, asked } = blocksFrom(1);
    const ids = new IdAllocator(store);
    const answers = await Promise.all([3, 2_500, 1, 999, 4_000].map((count) => ids.take(count)));
    expect(answers.map((answer) => answer.length)).to.deep.equal([3, 2_500, 1, 999, 4_000]);
    for (const answer of answers) expect(answer).to.deep.equal(answer.toSorted((a, b) => a - b));
    expect(new Set(answers.flat()).size).to.equal(7_503);
    expect(asked.length).to.be.below(8);
  });

  it("keeps a reserve, so that small submissions do not wait for the database", async () => {
    const { store, asked } = blocksFrom(1);
    const ids = new IdAllocator(store);
    await ids.take(1);
    const before = asked.length;
    for (let at = 0; at < 100; at++) await ids.take(10);
    expect(asked.length - before).to.be.at.most(1);
  });

  it("fails with the database and works again after it, without losing its place", async () => {
    const { store } = blocksFrom(1);
    let isAway = true;
    const ids = new IdAllocator({
      allocateIdBlocks: (blocks) =>
        isAway ? Promise.reject(new Error("away")) : store.allocateIdBlocks(blocks),
    });
    const outcomes = await Promise.allSettled([ids.take(1), ids.take(1)]);
    expect(outcomes.map((outcome) => outcome.status)).to.deep.equal(["rejected", "rejected"]);
    isAway = false;
    expect(await ids.take(2)).to.have.length(2);
  });
});
