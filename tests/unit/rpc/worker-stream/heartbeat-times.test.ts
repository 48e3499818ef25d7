/** When heartbeats are asked for: in time for the lease, together, and not too many at once. */
import { expect } from "chai";
import fc from "fast-check";
import { nextHeartbeatMs } from "../../../../server/rpc/worker-stream/heartbeat-times.js";

const INTERVAL_MS = 5_000;

/** When each of so many workers' heartbeats comes after a few intervals, ms of the interval; in the order of time. */
function settledAtMs(workers: number, random: () => number): number[] {
  return Array.from({ length: workers }, () => {
    let arrivedMs = 1e6 + random() * INTERVAL_MS;
    for (let beat = 0; beat < 12; beat++) {
      // The way there and back, and a timer that fires up to a millisecond late.
      arrivedMs = nextHeartbeatMs(arrivedMs, INTERVAL_MS, workers) + 0.2 + random() * 1.3;
    }
    return arrivedMs % INTERVAL_MS;
  }).sort((left, right) => left - right);
}

/** How many come without 4 ms between them. */
function groups(arrivalsMs: readonly number[]): number[] {
  const sizes: number[] = [];
  let beforeMs = -Infinity;
  for (const arrivalMs of arrivalsMs) {
    if (arrivalMs - beforeMs > 4) sizes.push(0);
    sizes[sizes.length - 1] = (sizes.at(-1) ?? 0) + 1;
    beforeMs = arrivalMs;
  }
  return sizes;
}

describe("the next heartbeat", () => {
  it("is asked for within an interval of the last, and not much before", () => {
    const times = fc.record({
      arrivedMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
      intervalMs: fc.integer({ min: 200, max: 60_000 }),
      streams: fc.integer({ min: 0, max: 20_000 }),
    });
    fc.assert(
      fc.property(times, ({ arrivedMs, intervalMs, streams }) => {
        const afterMs = nextHeartbeatMs(arrivedMs, intervalMs, streams) - arrivedMs;
        expect(afterMs).to.be.at.most(intervalMs + 1e-6);
        expect(afterMs).to.be.at.least(intervalMs * (15 / 16) - 1e-6);
      }),
    );
  });

  it("comes with those of other workers, a few at a time", () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (const [workers, momentsMax] of [
      [100, 17],
      [1_000, 65],
      [3_000, 257],
    ] as const) {
      const sizes = groups(settledAtMs(workers, random));
      expect(sizes.length, `moments of ${workers}`).to.be.at.most(momentsMax);
      expect(Math.max(...sizes), `at one moment, of ${workers}`).to.be.at.most(40);
    }
  });

  it("stays at its moment, come the heartbeat a little early or late", () => {
    const moment = nextHeartbeatMs(123_456, INTERVAL_MS, 1_000);
    for (const lateMs of [0, 1, 70])
      expect(nextHeartbeatMs(moment + lateMs, INTERVAL_MS, 1_000)).to.equal(moment + INTERVAL_MS);
    expect(nextHeartbeatMs(moment - 2, INTERVAL_MS, 1_000)).to.equal(moment - 2 + INTERVAL_MS);
  });

  it("keeps to moments that were when more workers come", () => {
    const moment = nextHeartbeatMs(123_456, INTERVAL_MS, 10);
    for (const streams of [100, 1_000, 10_000])
      expect(nextHeartbeatMs(moment, INTERVAL_MS, streams)).to.equal(moment + INTERVAL_MS);
  });
});
