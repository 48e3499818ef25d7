import { expect } from "chai";
import { TypePasses, type Pass, type PassStep } from "../../../server/services/type-passes.js";

const TYPES = ["rare"];

describe("passes of takes with types", () => {
  let passes: TypePasses;
  const step = (over: Partial<PassStep> = {}): PassStep => {
    return { hints: [], stoppedAt: "2 9", isUnchanged: true, startedMono: 0, endedMono: 2, ...over };
  };
  const take = (pass: Pass, over: Partial<PassStep> = {}): void => passes.took(TYPES, pass, step(over));

  beforeEach(() => (passes = new TypePasses()));

  it("goes on where the last take stopped, after a pause as long as a few takes, within bounds", () => {
    const pauses = [0.1, 10, 1_000].map((endedMono) => {
      const pass = passes.pass(TYPES, 7, 0);
      take(pass, { endedMono });
      expect(passes.pass(TYPES, 8, 9_999)).to.equal(pass);
      return pass.notBeforeMono - endedMono;
    });
    expect(pauses).to.deep.equal([5, 30, 100]);
    const pass = passes.pass(TYPES, 8, 9_999);
    expect(pass).to.include({ stoppedAt: "2 9", additions: 7 });
    expect(passes.areUnderWay, "nobody comes back to it").to.equal(false);
    pass.isAwaited = true;
    expect(passes.areUnderWay).to.equal(true);
  });

  it("makes no pause after a take that found something, and none for other types or all of them", () => {
    const pass = passes.pass(TYPES, 1, 0);
    take(pass, { hints: [1] });
    expect(pass.notBeforeMono).to.equal(0);
    take(pass);
    for (const types of [["rare", "busy"], null]) {
      expect(passes.pass(types, 2, 3)).to.include({ stoppedAt: null, notBeforeMono: 3, additions: 2 });
    }
  });

  it("begins anew at the end; after a long one in vain while hints were added, only when it has rested", () => {
    const inVain = (over: Partial<PassStep>): Pass => {
      const pass = passes.pass(TYPES, 1, 0);
      take(pass);
      take(pass, { stoppedAt: null, isUnchanged: false, endedMono: 300, ...over });
      return passes.pass(TYPES, 2, 300);
    };
    expect(inVain({ isUnchanged: true }).notBeforeMono).to.equal(300);
    expect(inVain({ hints: [1] }).notBeforeMono).to.equal(300);
    const resting = inVain({});
    expect(resting.notBeforeMono).to.equal(600);
    expect(passes.pass(TYPES, 3, 599)).to.equal(resting);
    expect(passes.pass(TYPES, 3, 600), "what was added meanwhile").to.include({ additions: 3 });
    const whole = passes.pass(TYPES, 4, 1_000);
    take(whole, { stoppedAt: null, isUnchanged: false });
    expect(passes.pass(TYPES, 5, 1_000).notBeforeMono).to.equal(1_000);
  });

  it("forgets the oldest of too many sets of types", () => {
    for (let n = 0; n <= 1_000; n++) {
      const types = [`t${n}`];
      passes.took(types, passes.pass(types, 1, 0), step());
    }
    expect(passes.pass(["t0"], 2, 9).stoppedAt).to.equal(null);
    expect(passes.pass(["t1"], 2, 9).stoppedAt).to.equal("2 9");
  });
});
