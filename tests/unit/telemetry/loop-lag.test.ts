/** The sampler of the event loop sees a blocked loop, and starts anew each time it is read. */
import { expect } from "chai";
import { startLoopLag, type LoopLag } from "../../../server/telemetry/loop-lag.js";

/** Polls until the sampler has seen what the test waits for. */
async function takeUntil(loopLag: LoopLag, done: (maxSeconds: number) => boolean): Promise<number> {
  const deadlineMs = performance.now() + 5_000;
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    const { max } = loopLag.take();
    if (done(max)) return max;
    if (performance.now() > deadlineMs) throw new Error(`no such lag within 5 s; last ${max}`);
  }
}

describe("startLoopLag", () => {
  it("shows a blocked loop once, and a free one as free", async () => {
    const loopLag = startLoopLag();
    try {
      await takeUntil(loopLag, (max) => max < 0.02);
      const untilMs = performance.now() + 80;
      while (performance.now() < untilMs);
      expect(await takeUntil(loopLag, (max) => max > 0.04)).to.be.lessThan(5);
      expect(await takeUntil(loopLag, (max) => max < 0.02)).to.be.least(0);
    } finally {
      loopLag.stop();
    }
  });
});
