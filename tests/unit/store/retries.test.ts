/** Writes that are run again: what whoever asked is told when they are given up. */
import { expect } from "chai";
import type { MusterError } from "../../../server/core/errors.js";
import { NO_METRICS } from "../../../server/core/metrics.js";
import { NotConnected } from "../../../server/store/connection-loss.js";
import { type RetryOptions, withRetries } from "../../../server/store/errors.js";

const LOST = new Error("Connection terminated unexpectedly");
const AWAY = new NotConnected(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }));
const LOCKED = Object.assign(new Error("lock timeout"), { code: "55P03" });

/** Fails as told, attempt by attempt; the last failure stays. @returns the code of what was thrown at last */
async function givenUp(
  failures: readonly Error[],
  options: Partial<RetryOptions>,
): Promise<{ code: string; attempts: number }> {
  let attempts = 0;
  const write = async (): Promise<never> => {
    await Promise.resolve();
    throw failures[Math.min(attempts++, failures.length - 1)] ?? new Error("no failure was told");
  };
  const error = await withRetries(write, { metrics: NO_METRICS, repeatable: true, ...options }).catch(
    (thrown: unknown) => thrown as MusterError,
  );
  return { code: error.code, attempts };
}

describe("writes that are run again", () => {
  it("were not done when Postgres was never there", async () => {
    const told = await givenUp([AWAY], { isIdempotent: false });
    expect(told).to.deep.equal({ code: "STORE_DOWN", attempts: 4 });
  });

  it("may have been done when a connection was lost under one of them, however the last one fails", async () => {
    for (const last of [AWAY, LOST, LOCKED]) {
      const told = await givenUp([LOST, last], { isIdempotent: false });
      expect(told, last.message).to.deep.equal({ code: "OUTCOME_UNKNOWN", attempts: 4 });
    }
  });

  it("may have been done when one before them may have been", async () => {
    const told = await givenUp([AWAY], { isIdempotent: false, mayBeThere: true });
    expect(told.code).to.equal("OUTCOME_UNKNOWN");
  });

  it("may be asked for again where that changes nothing", async () => {
    expect((await givenUp([LOST, AWAY], { mayBeThere: true })).code).to.equal("STORE_DOWN");
  });

  it("are not run again after a lost connection where that would do them twice", async () => {
    const told = await givenUp([LOST], { repeatable: false });
    expect(told).to.deep.equal({ code: "OUTCOME_UNKNOWN", attempts: 1 });
  });

  it("give back what is wrong with them as it is", async () => {
    const wrong = new Error("wrong");
    const thrown = await withRetries(() => Promise.reject(wrong), {
      metrics: NO_METRICS,
      repeatable: true,
      isIdempotent: false,
      mayBeThere: true,
    }).catch((error: unknown) => error);
    expect(thrown).to.equal(wrong);
  });
});
