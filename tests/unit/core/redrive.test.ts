import { expect } from "chai";
import fc from "fast-check";
import { decideRedriveStep, type OpenRedrive } from "../../../server/core/redrive.js";

const CANARY: OpenRedrive = {
  state: "canary",
  canary: 2,
  perSecond: 10,
  canaries: [],
  isExhausted: false,
  savedMs: 0,
};
const as = (state: OpenRedrive["canaries"][number]["state"], reason = "") => ({
  publicId: "id",
  state,
  reason,
});

describe("decideRedriveStep", () => {
  it("takes canaries until there are enough of them", () => {
    expect(decideRedriveStep(CANARY)).to.deep.include({ kind: "take", count: 2 });
    expect(decideRedriveStep({ ...CANARY, canaries: [as("running")] })).to.deep.include({
      kind: "take",
      count: 1,
    });
  });

  it("waits while any of them has not ended", () => {
    for (const state of ["blocked", "scheduled", "ready", "running"] as const) {
      const step = decideRedriveStep({ ...CANARY, canaries: [as("succeeded"), as(state)] });
      expect(step).to.include({ kind: "wait" });
    }
  });

  it("fails with the first that did not succeed, also while others run and before there are enough", () => {
    const dead = decideRedriveStep({ ...CANARY, canaries: [as("running"), as("dead", "exhausted")] });
    expect(dead).to.deep.equal({ kind: "end", state: "failed", reason: "canary id is dead (exhausted)" });
    const cancelled = decideRedriveStep({ ...CANARY, canaries: [as("cancelled")] });
    expect(cancelled).to.deep.equal({ kind: "end", state: "failed", reason: "canary id is cancelled" });
    const gone = decideRedriveStep({ ...CANARY, canaries: [as(null)] });
    expect(gone).to.deep.equal({ kind: "end", state: "failed", reason: "canary id is gone" });
  });

  it("goes on when all of them succeeded, and is done when there is nothing else", () => {
    const canaries = [as("succeeded"), as("succeeded")];
    expect(decideRedriveStep({ ...CANARY, canaries })).to.deep.equal({ kind: "go_on" });
    const end = { kind: "end", state: "done", reason: "" };
    expect(decideRedriveStep({ ...CANARY, canaries, isExhausted: true })).to.deep.equal(end);
    expect(decideRedriveStep({ ...CANARY, isExhausted: true })).to.deep.equal(end);
    expect(decideRedriveStep({ ...CANARY, state: "rest", isExhausted: true })).to.deep.equal(end);
  });

  it("keeps to the rate however late its steps are, and catches up with no more than a second", () => {
    const rates = fc.double({ min: 0.01, max: 1000, noNaN: true });
    const delays = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(rates, delays, (perSecond, waits) => {
        let savedMs = 0;
        let taken = 0;
        let passedMs = 0;
        for (const lateMs of waits) {
          const step = decideRedriveStep({ ...CANARY, state: "rest", perSecond, savedMs });
          if (step.kind !== "take" && step.kind !== "wait") throw new Error(step.kind);
          if (step.kind === "take") {
            taken += step.count;
            savedMs = step.savedMs;
            expect(step.count).to.be.at.most(Math.max(1, perSecond));
          }
          expect(step.againMs).to.be.at.least(100);
          savedMs += step.againMs + lateMs;
          passedMs += step.againMs + lateMs;
        }
        expect(taken).to.be.at.most((passedMs * perSecond) / 1000 + 1e-6);
      }),
    );
  });

  it("takes what the rate says when its steps are on time", () => {
    let savedMs = 0;
    let taken = 0;
    let passedMs = 0;
    while (passedMs < 10_000) {
      const step = decideRedriveStep({ ...CANARY, state: "rest", perSecond: 7, savedMs });
      if (step.kind !== "take" && step.kind !== "wait") throw new Error(step.kind);
      if (step.kind === "take") {
        taken += step.count;
        savedMs = step.savedMs;
      }
      savedMs += step.againMs;
      passedMs += step.againMs;
    }
    expect(taken).to.be.within(68, 70);
  });
});
