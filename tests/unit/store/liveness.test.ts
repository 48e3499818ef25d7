import { expect } from "chai";
import { Liveness } from "../../../server/store/liveness.js";
import { eventually } from "../../support/eventually.js";

const EVERY_MS = 5;
const QUIET_MS = 60;

describe("whether Postgres answers", () => {
  let asked: number;
  let isAway: boolean;
  let liveness: Liveness;

  beforeEach(() => {
    asked = 0;
    isAway = false;
    liveness = new Liveness({
      ask: async () => {
        asked++;
        if (isAway) liveness.lost();
        else liveness.answered();
        return isAway ? Promise.reject(new Error("away")) : Promise.resolve();
      },
      everyMs: EVERY_MS,
      quietMs: QUIET_MS,
    });
  });

  afterEach(() => liveness.stop());

  it("is asked while it is away, until it answers", async () => {
    isAway = true;
    liveness.lost();
    await eventually(() => asked >= 3, 5_000);
    expect(liveness.isUp()).to.equal(false);
    isAway = false;
    await eventually(() => liveness.isUp(), 5_000);
  });

  it("is asked when nobody else did for long, and only then", async () => {
    const sinceMono = performance.now();
    await eventually(() => asked === 1, 5_000);
    expect(performance.now() - sinceMono).to.be.at.least(QUIET_MS);
    expect(liveness.quietMs()).to.be.below(QUIET_MS);
    isAway = true;
    await eventually(() => !liveness.isUp(), 5_000);
  });

  it("is asked one question at a time", async () => {
    liveness.stop();
    let answer = (): void => undefined;
    liveness = new Liveness({
      ask: () => {
        asked++;
        return new Promise<void>((resolve) => (answer = resolve));
      },
      everyMs: EVERY_MS,
      quietMs: QUIET_MS,
    });
    liveness.lost();
    await eventually(() => asked === 1, 5_000);
    const sinceMono = performance.now();
    await eventually(() => performance.now() - sinceMono > 10 * EVERY_MS, 5_000);
    expect(asked).to.equal(1);
    answer();
    await eventually(() => asked === 2, 5_000);
  });

  it("is what others say when there is nobody to ask", () => {
    const told = new Liveness({ ask: null, everyMs: EVERY_MS, quietMs: QUIET_MS });
    told.lost();
    expect(told.isUp()).to.equal(false);
    told.answered();
    expect(told.isUp()).to.equal(true);
  });
});
