/** Group commit: at once when idle, together when busy, in order, and every item gets its own answer. */
import { expect } from "chai";
import fc from "fast-check";
import { GroupCommit, ONE_LANE } from "../../../server/coordinator/group-commit.js";
import { eventually } from "../../support/eventually.js";

interface Flush {
  readonly items: readonly number[];
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}

/** Flushes wait until the test ends them. */
function gated(options: { lanes?: number; patienceMs?: number; weightMax?: number; gatherMs?: number } = {}) {
  const flushes: Flush[] = [];
  const flushed: number[] = [];
  const lane = new GroupCommit<number, string>({
    lanes: { max: options.lanes ?? 1, patienceMs: options.patienceMs ?? 0 },
    weightMax: options.weightMax ?? 100,
    gatherMs: options.gatherMs ?? 0,
    weightOf: (item) => item,
    flush: (items) =>
      new Promise((resolve, reject) => {
        flushes.push({ items, finish: () => resolve(items.map((item) => `answer ${item}`)), fail: reject });
      }),
    onFlushed: (items) => flushed.push(items.length),
  });
  return { lane, flushes, flushed };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("group commit", () => {
  it("flushes at once when nothing is under way, with all that came in the same turn", async () => {
    const { lane, flushes, flushed } = gated();
    const answers = [lane.add(1), lane.add(2)];
    expect(lane.backlog).to.equal(3);
    await turn();
    expect(flushes.map((flush) => flush.items)).to.deep.equal([[1, 2]]);
    expect(lane.backlog).to.equal(0);
    flushes[0]?.finish();
    expect(await Promise.all(answers)).to.deep.equal(["answer 1", "answer 2"]);
    expect(flushed).to.deep.equal([2]);
  });

  it("waits for company when nobody waits for the answer", async () => {
    const { lane, flushes } = gated({ gatherMs: 5 });
    void lane.add(1);
    await turn();
    expect(flushes).to.have.length(0);
    void lane.add(2);
    await eventually(() => expect(flushes.map((flush) => flush.items)).to.deep.equal([[1, 2]]), 1_000);
  });

  it("collects while a flush is under way and sends what was collected together", async () => {
    const { lane, flushes } = gated();
    const first = lane.add(1);
    await turn();
    const later = [lane.add(2), lane.add(3)];
    await turn();
    expect([flushes.length, lane.backlog]).to.deep.equal([1, 5]);
    flushes[0]?.finish();
    await first;
    await turn();
    expect(flushes[1]?.items).to.deep.equal([2, 3]);
    flushes[1]?.finish();
    await Promise.all(later);
  });

  it("sends the next flush when the store has answered the last, before that one is answered", async () => {
    const steps: string[] = [];
    const stores: (() => void)[] = [];
    const lane = new GroupCommit<number, number>({
      lanes: ONE_LANE,
      weightMax: 100,
      weightOf: () => 1,
      async flush(items, committed) {
        await new Promise<void>((resolve) => stores.push(resolve));
        steps.push(`stored ${items.join()}`);
        await committed();
        steps.push(`answered ${items.join()}, of ${stores.length} sent`);
        return items;
      },
    });
    const first = lane.add(1);
    await turn();
    const later = [lane.add(2), lane.add(3)];
    await turn();
    expect(stores).to.have.length(1);
    stores[0]?.();
    await first;
    const last = lane.add(4);
    await turn();
    expect(stores, "one at a time in the store").to.have.length(2);
    stores[1]?.();
    await Promise.all(later);
    stores[2]?.();
    expect(await last).to.equal(4);
    expect(steps).to.deep.equal([
      "stored 1",
      "answered 1, of 2 sent",
      "stored 2,3",
      "answered 2,3, of 3 sent",
      "stored 4",
      "answered 4, of 3 sent",
    ]);
  });

  it("goes on when what follows from a flush fails after the store has answered", async () => {
    let flushes = 0;
    const lane = new GroupCommit<number, number>({
      lanes: ONE_LANE,
      weightMax: 100,
      weightOf: () => 1,
      async flush(items, committed) {
        flushes++;
        await turn();
        await committed();
        if (items.includes(1)) throw new Error("broken");
        return items;
      },
    });
    const first = lane.add(1).catch((error: unknown) => String(error));
    await Promise.resolve();
    const second = lane.add(2);
    expect([await first, await second, flushes]).to.deep.equal(["Error: broken", 2, 2]);
    expect(await lane.add(3)).to.equal(3);
  });

  it("cuts a flush at its weight; what is heavier by itself goes alone", async () => {
    const { lane, flushes } = gated({ weightMax: 5 });
    const answers = [3, 2, 9, 1].map((item) => lane.add(item));
    for (let at = 0; at < 3; at++) {
      await turn();
      flushes[at]?.finish();
    }
    await Promise.all(answers);
    expect(flushes.map((flush) => flush.items)).to.deep.equal([[3, 2], [9], [1]]);
  });

  it("keeps as many flushes under way as it has lanes", async () => {
    const { lane, flushes } = gated({ lanes: 2, weightMax: 1 });
    const answers = [1, 1, 1].map((item) => lane.add(item));
    await turn();
    expect(flushes.length).to.equal(2);
    flushes[1]?.finish();
    await turn();
    expect(flushes.length).to.equal(3);
    flushes[0]?.finish();
    flushes[2]?.finish();
    await Promise.all(answers);
  });

  it("begins a second flush when the first takes long, and not before", async () => {
    const { lane, flushes } = gated({ lanes: 2, patienceMs: 30 });
    const startedMono = performance.now();
    const first = lane.add(1);
    await turn();
    const later = [lane.add(2), lane.add(3)];
    await turn();
    expect(flushes).to.have.length(1);
    await eventually(() => flushes.length === 2, 5_000);
    expect(performance.now() - startedMono).to.be.above(29);
    expect(flushes[1]?.items).to.deep.equal([2, 3]);
    for (const flush of flushes) flush.finish();
    await Promise.all([first, ...later]);
  });

  it("does not wait for what a whole batch is together for", async () => {
    const { lane, flushes } = gated({ lanes: 2, patienceMs: 60_000, weightMax: 5 });
    const answers = [lane.add(1)];
    await turn();
    answers.push(lane.add(2), lane.add(2));
    await turn();
    expect(flushes).to.have.length(1);
    answers.push(lane.add(1));
    await turn();
    expect(flushes.map(({ items }) => items)).to.deep.equal([[1], [2, 2, 1]]);
    for (const flush of flushes) flush.finish();
    await Promise.all(answers);
  });

  it("rejects the items of a failed flush, and goes on with the next", async () => {
    const { lane, flushes, flushed } = gated();
    const failed = [lane.add(1), lane.add(2)];
    await turn();
    const good = lane.add(3);
    flushes[0]?.fail(new Error("away"));
    const outcomes = await Promise.allSettled(failed);
    expect(outcomes.map((outcome) => outcome.status)).to.deep.equal(["rejected", "rejected"]);
    await turn();
    flushes[1]?.finish();
    expect(await good).to.equal("answer 3");
    expect(flushed, "flushes that count").to.deep.equal([1]);
  });

  it("answers every item with its own answer, in flushes that keep order and weight, whatever comes when", async () => {
    const additions = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.boolean()), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(additions, fc.integer({ min: 1, max: 3 }), async (items, lanes) => {
        const flushes: number[][] = [];
        let underWay = 0;
        const lane = new GroupCommit<readonly [number, number], number>({
          lanes: { max: lanes, patienceMs: 0 },
          weightMax: 8,
          weightOf: ([, weight]) => weight,
          flush: async (batch) => {
            expect(++underWay).to.be.at.most(lanes);
            flushes.push(batch.map(([at]) => at));
            expect(batch.reduce((sum, [, weight]) => sum + weight, 0)).to.be.at.most(8);
            await turn();
            underWay--;
            return batch.map(([at]) => at);
          },
        });
        const answers: Promise<number>[] = [];
        for (const [at, [weight, pause]] of items.entries()) {
          answers.push(lane.add([at, weight]));
          if (pause) await turn();
        }
        expect(await Promise.all(answers)).to.deep.equal(items.map((_, at) => at));
        expect(flushes.flat()).to.deep.equal(items.map((_, at) => at));
        expect(lane.backlog).to.equal(0);
      }),
      { numRuns: 60 },
    );
  });
});
