/** How many jobs a worker asks for, by the rate of its results. */
import { expect } from "chai";
import fc from "fast-check";
import { Window, WINDOW_MAX } from "../../../worker-sdk/typescript/transport/window.js";

const TICK_MS = 50;

function after(window: Window, ...samples: readonly number[]): number {
  for (const finished of samples) window.sample(finished, TICK_MS);
  return window.flow.maxInFlight ?? 0;
}

describe("Window", () => {
  it("is one job a slot until results come", () => {
    expect(new Window(8).flow).to.deep.equal({ maxInFlight: 8, maxInFlightBytes: 0, generation: 1 });
  });

  it("fetches nothing ahead for handlers that take seconds", () => {
    expect(after(new Window(8), 1, 0, 0, 0, 1, 0, 0, 0, 0)).to.equal(8);
  });

  it("adds what the handlers finish in 100 ms, within few samples", () => {
    expect(after(new Window(100), ...Array<number>(8).fill(400))).to.be.within(820, 900);
  });

  it("falls back to the slots when results stop", () => {
    const window = new Window(100);
    after(window, 400, 400, 400);
    expect(after(window, ...Array<number>(30).fill(0))).to.equal(100);
  });

  it("is the slots again at rest, however fast results came", () => {
    const window = new Window(100);
    after(window, 100_000, 100_000);
    expect(window.rest()).to.equal(true);
    expect(window.flow).to.deep.include({ maxInFlight: 100, generation: 3 });
    expect(window.rest()).to.equal(false);
    const fixed = new Window(8, 20);
    expect([fixed.rest(), fixed.flow.maxInFlight]).to.deep.equal([false, 20]);
  });

  it("stays as it is when the user said how large it should be", () => {
    expect(after(new Window(8, 20), 500, 500, 0)).to.equal(20);
  });

  it("stays within bounds and counts its generations, whatever the rate", () => {
    const samples = fc.array(
      fc.record({ finished: fc.nat(100_000), elapsedMs: fc.integer({ min: 1, max: 60_000 }) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: WINDOW_MAX }), samples, (slots, steps) => {
        const window = new Window(slots);
        for (const { finished, elapsedMs } of steps) {
          const before = window.flow;
          const hasChanged = window.sample(finished, elapsedMs);
          expect(window.flow.maxInFlight).to.be.within(slots, WINDOW_MAX);
          expect(window.flow.maxInFlight !== before.maxInFlight).to.equal(hasChanged);
          expect(window.flow.generation).to.equal(Number(before.generation) + (hasChanged ? 1 : 0));
        }
      }),
    );
  });
});
