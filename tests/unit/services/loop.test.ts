/** The shape of every background loop: runs by period and by nudge, never over itself, and survives failures. */
import { expect } from "chai";
import { NO_LOG } from "../../../server/core/ports.js";
import { Loop } from "../../../server/services/loop.js";
import { eventually } from "../../support/eventually.js";
import { signal } from "../../support/signal.js";

const NEVER_MS = 1_000_000;

function loopOf(run: () => Promise<void>, intervalMs = NEVER_MS) {
  const events: string[] = [];
  const logger = { ...NO_LOG, warn: (_: unknown, event: string) => void events.push(event) };
  return { loop: new Loop({ name: "test", intervalMs, logger, run }), events };
}

describe("a loop", () => {
  it("runs by its period until it is stopped", async () => {
    let runs = 0;
    const { loop } = loopOf(() => Promise.resolve(void runs++), 5);
    loop.start();
    await eventually(() => runs >= 3, 1_000);
    await loop.stop();
    const before = runs;
    loop.nudge();
    await new Promise((resolve) => setImmediate(resolve));
    expect(runs).to.equal(before);
  });

  it("runs at once when nudged, and once more when nudged during a run", async () => {
    const started = signal();
    let finish = (): void => undefined;
    const { loop } = loopOf(() => {
      started.fire();
      return new Promise((resolve) => (finish = resolve));
    });
    loop.start();
    loop.nudge();
    loop.nudge();
    await started.next();
    loop.nudge();
    loop.nudge();
    finish();
    await started.next();
    finish();
    await loop.stop();
    expect(started.seen.length).to.equal(2);
  });

  it("keeps the earliest of several times", async () => {
    const started = signal();
    const { loop } = loopOf(() => Promise.resolve(started.fire()));
    loop.start();
    loop.nudge(NEVER_MS);
    loop.nudge(5);
    loop.nudge(NEVER_MS);
    await started.next(1_000);
    await loop.stop();
  });

  it("never overlaps itself: who asks during a run waits for that run", async () => {
    let underWay = 0;
    let most = 0;
    const { loop } = loopOf(async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
    });
    await Promise.all([loop.runOnce(), loop.runOnce(), loop.runOnce()]);
    expect(most).to.equal(1);
  });

  it("logs a failed run and goes on", async () => {
    let runs = 0;
    const { loop, events } = loopOf(
      () => (runs++ === 0 ? Promise.reject(new Error("once")) : Promise.resolve()),
      5,
    );
    loop.start();
    await eventually(() => runs >= 2, 1_000);
    await loop.stop();
    expect(events).to.deep.equal(["loop.failed"]);
  });

  it("ends with the run that is under way, and can be started again", async () => {
    const started = signal();
    let finish = (): void => undefined;
    const { loop } = loopOf(() => {
      started.fire();
      return new Promise((resolve) => (finish = resolve));
    }, 5);
    loop.start();
    await started.next();
    let isStopped = false;
    const stopped = loop.stop().then(() => (isStopped = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isStopped).to.equal(false);
    finish();
    await stopped;
    loop.start();
    await started.next(1_000);
    finish();
    await loop.stop();
  });
});
