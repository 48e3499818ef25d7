/** Takes of certain types: they leave the others where they are, and say how far they looked. */
import { expect } from "chai";
import type { QueueKey, ReadyQueue } from "../../server/core/ports.js";
import { LEVELS } from "../../server/core/priority.js";
import { freshKey, hint, takenIds } from "./ready-hints.js";

/** Takes until the end is reached. */
async function pass(
  queue: ReadyQueue,
  key: QueueKey,
  max: number,
  types: readonly string[],
): Promise<number[][]> {
  const takes: number[][] = [];
  let after: string | null = null;
  do {
    const taken = await queue.take(key, { max, types, after });
    takes.push(taken.hints.map(({ jobId }) => jobId));
    after = taken.stoppedAt;
  } while (after !== null);
  return takes;
}

export function typesSuite(current: () => ReadyQueue): void {
  it("takes accepted types only and leaves the others in their order", async () => {
    const key = freshKey();
    const given = LEVELS.flatMap((level, i) => [
      hint(10 * i + 1, level, { type: "a" }),
      hint(10 * i + 2, level, { type: "b" }),
      hint(10 * i + 3, level, { type: "c" }),
    ]);
    await current().put(key, given);
    expect(await takenIds(current(), key, 3, ["b", "c"])).to.deep.equal([2, 3, 12]);
    expect(await takenIds(current(), key, 1_000, ["b", "none"])).to.deep.equal([22]);
    expect(await takenIds(current(), key, 1_000, [])).to.deep.equal([]);
    expect(await takenIds(current(), key)).to.deep.equal([1, 11, 13, 21, 23]);
  });

  it("reaches an accepted type behind a long row of others within a few takes, and says when that was all", async () => {
    const key = freshKey();
    const row = Array.from({ length: 9_000 }, (_, i) => hint(i + 1, "high", { type: "busy" }));
    await current().put(key, [...row, hint(10_000, "low", { type: "rare" })]);
    const takes = await pass(current(), key, 5, ["rare"]);
    expect(takes.flat()).to.deep.equal([10_000]);
    expect(takes.length).to.be.below(6);
    expect((await current().depth(key)).high).to.equal(9_000);
  });

  it("leaves nothing out of a pass of small takes, and takes what comes more urgent meanwhile", async () => {
    const key = freshKey();
    const types = (i: number): string => (i > 4_500 && i <= 4_506 ? "rare" : "busy");
    const row = Array.from({ length: 9_000 }, (_, i) => hint(i + 1, "medium", { type: types(i + 1) }));
    await current().put(key, row);
    const more = [hint(20_001, "high", { type: "rare" }), hint(20_002, "high", { type: "rare" })];
    const seen: number[][] = [];
    let after: string | null = null;
    do {
      const taken = await current().take(key, { max: 2, types: ["rare"], after });
      seen.push(taken.hints.map(({ jobId }) => jobId));
      after = taken.stoppedAt;
      if (seen.at(-1)?.includes(4_502)) await current().put(key, more);
    } while (after !== null || seen.at(-1)?.length === 2);
    const found = [
      [4_501, 4_502],
      [20_001, 20_002],
      [4_503, 4_504],
      [4_505, 4_506],
    ];
    expect(seen.filter((ids) => ids.length > 0)).to.deep.equal(found);
  });

  it("has reached the end whenever a take comes back short of an empty or a short queue", async () => {
    const key = freshKey();
    const end = async (types: readonly string[] | null): Promise<string | null> =>
      (await current().take(key, { max: 9, types })).stoppedAt;
    expect([await end(null), await end(["a"]), await end([])]).to.deep.equal([null, null, null]);
    await current().put(key, [hint(1, "high", { type: "b" }), hint(2, "low", { type: "a" })]);
    expect([await end(["a"]), await end(["a"]), await end(null)]).to.deep.equal([null, null, null]);
  });
}
