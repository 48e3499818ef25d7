/** Rounds that do not count: one at least, and for as long as was asked. */
import { expect } from "chai";
import { monoUs } from "../../../bench/support/clock.js";
import { warmUp } from "../../../bench/support/warm-up.js";

describe("warming up", () => {
  async function warmed(seconds: number): Promise<{ rounds: number; ms: number }> {
    let rounds = 0;
    const startUs = monoUs();
    const round = (): Promise<void> => {
      rounds++;
      return new Promise((resolve) => setImmediate(resolve));
    };
    await warmUp(round, seconds);
    return { rounds, ms: (monoUs() - startUs) / 1_000 };
  }

  it("is one round where no time was given", async () => {
    expect((await warmed(0)).rounds).to.equal(1);
  });

  it("goes on, round after round, until the time is over", async () => {
    const { rounds, ms } = await warmed(0.05);
    expect(rounds).to.be.above(1);
    expect(ms).to.be.at.least(50);
  });

  it("ends when a round fails", async () => {
    const failed = await warmUp(() => Promise.reject(new Error("broken")), 60).catch(String);
    expect(failed).to.equal("Error: broken");
  });
});
