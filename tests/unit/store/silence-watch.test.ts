import { expect } from "chai";
import { type BackendState, SilenceWatch } from "../../../server/store/silence-watch.js";
import { eventually } from "../../support/eventually.js";

const AFTER_MS = 40;
const EVERY_MS = 10;

describe("the watch over statements without an answer", () => {
  let stateOf: (pid: number, look: number) => BackendState | null;
  let asked: number[][];
  /** Looks there had been when something was first found dead. */
  let deadAfter: number | null;
  let watch: SilenceWatch;
  let isAway: boolean;

  beforeEach(() => {
    stateOf = () => null;
    asked = [];
    deadAfter = null;
    isAway = false;
    watch = new SilenceWatch({
      look: (pids) => {
        asked.push([...pids]);
        if (isAway) return Promise.reject(new Error("away"));
        return Promise.resolve(pids.flatMap((pid) => stateOf(pid, asked.length) ?? []));
      },
      onDead: () => (deadAfter ??= asked.length),
      afterMs: AFTER_MS,
      everyMs: EVERY_MS,
    });
  });

  afterEach(() => watch.stop());

  async function looks(count: number): Promise<void> {
    const before = asked.length;
    await eventually(() => asked.length >= before + count, 5_000);
  }

  it("asks only after those that have waited long, and not when they were answered", async () => {
    const lentMono = performance.now();
    const answered = watch.lent(7);
    watch.lent(8)();
    await looks(1);
    expect(performance.now() - lentMono).to.be.at.least(AFTER_MS);
    expect(asked[0]).to.deep.equal([7]);
    answered();
    const before = asked.length;
    watch.lent(9);
    await looks(1);
    expect(asked.slice(before).flat()).to.not.include(7);
  });

  it("counts a backend as dead that two looks find idle since the same moment", async () => {
    stateOf = (pid) => ({ pid, isIdle: true, since: "12:00" });
    watch.lent(7);
    await eventually(() => deadAfter !== null, 5_000);
    expect(deadAfter).to.equal(2);
  });

  it("counts a backend as dead that two looks do not find", async () => {
    watch.lent(7);
    await eventually(() => deadAfter !== null, 5_000);
    expect(deadAfter).to.equal(2);
  });

  it("lets one be that is at work, or idle since another moment each time", async () => {
    stateOf = (pid, look) => ({ pid, isIdle: pid === 8, since: pid === 8 ? `look ${look}` : "12:00" });
    watch.lent(7);
    watch.lent(8);
    await looks(5);
    expect(deadAfter).to.equal(null);
  });

  it("concludes nothing from a Postgres that does not answer either", async () => {
    isAway = true;
    watch.lent(7);
    await looks(5);
    expect(deadAfter).to.equal(null);
  });
});
