/** The watchdog against a clock that the test moves. */
import { expect } from "chai";
import { Watchdog } from "../../../../server/rpc/worker-stream/watchdog.js";
import { TestLog } from "./stream-room.js";

const PERIOD_MS = 1_000;

describe("worker stream watchdog", () => {
  function setUp() {
    let monoMs = 50_000;
    const rounds: number[] = [];
    const log = new TestLog();
    const watchdog = new Watchdog({
      clock: { nowMs: () => monoMs, monoMs: () => monoMs },
      logger: log,
      periodMs: PERIOD_MS,
      streams: () => [{ watch: (at: number) => void rounds.push(at) }],
    });
    watchdog.start();
    watchdog.stop(); // the clock was read; the test turns the wheel from here
    return {
      rounds,
      log,
      /** Time passes, then the timer fires, then the loop reads its sockets. */
      async tickAfter(ms: number) {
        monoMs += ms;
        watchdog.tick();
        const seenInTimer = rounds.length;
        await new Promise((resolve) => setImmediate(resolve));
        return { seenInTimer };
      },
    };
  }

  it("decides after the poll phase, never inside the timer", async () => {
    const { rounds, tickAfter } = setUp();
    const { seenInTimer } = await tickAfter(PERIOD_MS);
    expect(seenInTimer).to.equal(0);
    expect(rounds).to.deep.equal([51_000]);
  });

  it("skips the round after this process stood still, and only that one", async () => {
    const { rounds, log, tickAfter } = setUp();
    await tickAfter(PERIOD_MS);
    await tickAfter(4_000 + PERIOD_MS);
    expect(rounds).to.have.length(1);
    expect(log.lines).to.deep.equal([
      { level: "warn", event: "stream.local_pause", fields: { lateMs: 4_000 } },
    ]);
    await tickAfter(PERIOD_MS);
    expect(rounds).to.have.length(2);
  });

  it("takes being a little late as normal", async () => {
    const { rounds, log, tickAfter } = setUp();
    await tickAfter(PERIOD_MS * 1.9);
    expect(rounds).to.have.length(1);
    expect(log.lines).to.be.empty;
  });
});
