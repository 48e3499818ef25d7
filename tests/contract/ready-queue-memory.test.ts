/** The in-process ready queue keeps the contract; and what is its own. */
import { expect } from "chai";
import { MemoryReadyQueue } from "../../server/queue/memory/ready-queue.js";
import { readyQueueSuite, SUITE_AGEING } from "./ready-queue.suite.js";

const queue = new MemoryReadyQueue(SUITE_AGEING);
readyQueueSuite("the in-process queue", () => queue);

describe("the in-process ready queue", () => {
  it("asks to be filled once, when it is new", async () => {
    const fresh = new MemoryReadyQueue();
    expect([await fresh.checkLost(), await fresh.checkLost()]).to.deep.equal([true, false]);
    expect(fresh.isUp()).to.equal(true);
  });

  it("stays fast when hints are moved and discarded many times", async () => {
    const fresh = new MemoryReadyQueue();
    const key = { namespace: "default", name: "churn" };
    const at = Date.now() * 1_000;
    const jobs = Array.from({ length: 2_000 }, (_, i) => ({ jobId: i + 1, type: "t", readyUs: at + i }));
    const started = performance.now();
    for (let round = 0; round < 50; round++) {
      await fresh.put(
        key,
        jobs.map((job) => ({ ...job, level: round % 2 === 0 ? ("high" as const) : ("low" as const) })),
      );
    }
    const elapsedMs = performance.now() - started;
    expect(await fresh.depth(key)).to.deep.equal({ high: 0, medium: 0, low: 2_000 });
    expect((await fresh.take(key, { max: 3, types: null })).hints.map((hint) => hint.jobId)).to.deep.equal([
      1, 2, 3,
    ]);
    expect(elapsedMs, "100,000 moves").to.be.below(5_000); // about 100 ms; a quadratic structure takes minutes
  });
});
