/** What MUSTER_FAILPOINTS may say, where it is refused, and that nothing is armed unless it is asked for. */
import { expect } from "chai";
import { ConfigError, readConfig } from "../../server/config.js";
import { failpoints } from "../../server/core/failpoints.js";
import { NO_LOG } from "../../server/core/ports.js";
import { armFailpoints, parseFailpoints } from "../../server/failpoints.js";

const ARMED = { MUSTER_FAILPOINTS: "claim.committed=crash" };

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map(({ name, expected }) => `${name}: ${expected}`);
    throw error;
  }
  return [];
}

describe("failpoints", () => {
  afterEach(() => {
    failpoints.reach = null;
  });

  it("are read with their action and pass", () => {
    expect(parseFailpoints("claim.committed=crash, put.due=pause:3000@2,take.taken=throw")).to.deep.equal([
      { point: "claim.committed", action: "crash", ms: 0, pass: 1 },
      { point: "put.due", action: "pause", ms: 3_000, pass: 2 },
      { point: "take.taken", action: "throw", ms: 0, pass: 1 },
    ]);
  });

  for (const text of [
    "claim.comitted=crash",
    "claim.committed",
    "claim.committed=pause",
    "put.due=crash@0",
    "toString=crash",
  ]) {
    it(`are refused as ${text}`, () => {
      expect(parseFailpoints(text)).to.equal(null);
      expect(problemsOf({ MUSTER_FAILPOINTS: text })).to.have.length(1);
    });
  }

  it("are accepted on loopback, and refused where a server might be a real one", () => {
    expect(problemsOf(ARMED)).to.deep.equal([]);
    expect(problemsOf({ ...ARMED, MUSTER_HOST: "0.0.0.0" })).to.deep.equal([
      "MUSTER_FAILPOINTS: nothing unless MUSTER_HOST is loopback",
    ]);
    expect(problemsOf({ ...ARMED, NODE_ENV: "production" })).to.deep.equal([
      "MUSTER_FAILPOINTS: nothing where NODE_ENV is production",
    ]);
  });

  it("touch nothing when none is asked for", () => {
    armFailpoints([], NO_LOG);
    expect(failpoints.reach).to.equal(null);
  });

  it("act at their pass, once", async () => {
    armFailpoints(parseFailpoints("put.due=throw@2") ?? [], NO_LOG);
    const outcomes: string[] = [];
    for (let pass = 1; pass <= 3; pass++) {
      const reached = failpoints.reach?.("put.due");
      await reached?.then(
        () => outcomes.push("went on"),
        (error: unknown) => outcomes.push(String(error)),
      );
    }
    expect(outcomes).to.deep.equal([
      "went on",
      "MusterError: the answer was lost at the failpoint put.due",
      "went on",
    ]);
  });
});
