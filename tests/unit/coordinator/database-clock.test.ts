/** The database's time by an offset to ours, and stamps that never repeat. */
import { expect } from "chai";
import { DatabaseClock } from "../../../server/coordinator/database-clock.js";

describe("the database's clock", () => {
  it("follows the database, with half the round trip taken for the way back", async () => {
    let nowMs = 1_000;
    const answer = (): Promise<number> => {
      nowMs += 40;
      return Promise.resolve(501_020);
    };
    const clock = new DatabaseClock({ databaseNowMs: answer }, { nowMs: () => nowMs, monoMs: () => nowMs });
    expect(clock.nowMs()).to.equal(1_000);
    await clock.measure();
    expect(clock.nowMs()).to.equal(501_040);
    nowMs += 10.4;
    expect(clock.nowMs()).to.equal(501_050);
  });

  it("keeps the last offset when the database does not answer", async () => {
    const answers = [() => Promise.resolve(9_000), () => Promise.reject(new Error("away"))];
    const clock = new DatabaseClock(
      { databaseNowMs: () => (answers.shift() ?? (() => Promise.resolve(0)))() },
      { nowMs: () => 1_000, monoMs: () => 0 },
    );
    await clock.measure();
    const failed = await clock.measure().catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error);
    expect(clock.nowMs()).to.equal(9_000);
  });

  it("gives microsecond stamps that only grow, also when time stands still or goes back", () => {
    let nowMs = 1_000;
    const clock = new DatabaseClock(
      { databaseNowMs: () => Promise.resolve(0) },
      { nowMs: () => nowMs, monoMs: () => 0 },
    );
    expect(clock.stampsUs(3)).to.equal(1_000_000);
    expect(clock.stampsUs(1)).to.equal(1_000_003);
    nowMs = 500;
    expect(clock.stampsUs(2)).to.equal(1_000_004);
    nowMs = 2_000;
    expect(clock.stampsUs(1)).to.equal(2_000_000);
  });
});
