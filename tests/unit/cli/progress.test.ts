import { expect } from "chai";
import { clockText, progressBar, progressLine, ProgressRate } from "../../../server/cli/run/progress.js";

const COUNTS = { blocked: 801, scheduled: 0, ready: 0, running: 32, succeeded: 905, dead: 0, cancelled: 0 };
const VIEW = { name: "montage", total: 1738, counts: COUNTS, elapsedSeconds: 40, etaSeconds: 36.2 };
const DONE = { ...COUNTS, blocked: 0, running: 0, succeeded: 1738 };

describe("ProgressRate", () => {
  it("expects the rest at the rate of the last seconds", () => {
    const rate = new ProgressRate();
    rate.add(0, 0);
    rate.add(2000, 10);
    expect(rate.etaSeconds(110)).to.equal(20);
  });

  it("forgets what is older than its window", () => {
    const rate = new ProgressRate();
    rate.add(0, 0);
    rate.add(1000, 1000);
    for (let second = 2; second <= 20; second++) rate.add(second * 1000, 1000 + second);
    expect(rate.etaSeconds(1120)).to.equal(100);
  });

  it("knows nothing before something was completed, and 0 when all is done", () => {
    const rate = new ProgressRate();
    expect(rate.etaSeconds(10)).to.equal(null);
    rate.add(0, 0);
    rate.add(1000, 0);
    expect(rate.etaSeconds(10)).to.equal(null);
    rate.add(2000, 10);
    expect(rate.etaSeconds(10)).to.equal(0);
  });
});

describe("progressBar", () => {
  it("shows share, counts and time left, within the width of the terminal", () => {
    const bar = progressBar(VIEW, 80);
    expect(bar).to.match(/^\[=+> +\] {2}52 % 905\/1738 {2}32 running {2}ETA 0:37$/);
    for (const columns of [20, 40, 80, 200]) expect(progressBar(VIEW, columns).length).to.be.below(columns);
  });

  it("is full only when everything is done", () => {
    expect(progressBar({ ...VIEW, counts: { ...DONE, succeeded: 1737, running: 1 } }, 80)).to.contain(
      " 99 %",
    );
    expect(progressBar({ ...VIEW, counts: DONE }, 80)).to.match(/^\[=+\] 100 % 1738\/1738 {2}in 0:40$/);
  });
});

describe("progressLine", () => {
  it("says the same in words", () => {
    expect(progressLine(VIEW)).to.equal("montage: 905 of 1738 done (52 %), 32 running, ETA 0:37");
    expect(progressLine({ ...VIEW, etaSeconds: null })).to.match(/, ETA unknown$/);
    expect(progressLine({ ...VIEW, counts: { ...DONE, succeeded: 1737, dead: 1 } })).to.equal(
      "montage: 1738 of 1738 done (100 %), 1 dead, in 0:40",
    );
  });
});

describe("clockText", () => {
  it("counts up to hours", () => {
    expect([0, 5, 62, 3662].map(clockText)).to.deep.equal(["0:00", "0:05", "1:02", "1:01:02"]);
  });
});
