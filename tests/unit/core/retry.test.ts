import { expect } from "chai";
import fc from "fast-check";
import type { BackoffPolicy } from "../../../server/core/job.js";
import {
  decideFailure,
  decideLoss,
  DEFAULT_BACKOFF,
  RETRY_AFTER_MS_MAX,
  retryDelayMs,
  type Failure,
} from "../../../server/core/retry.js";

const anyRandom = fc.double({ min: 0, max: 1, noNaN: true });
const anyPolicy: fc.Arbitrary<BackoffPolicy> = fc.record({
  kind: fc.constantFrom("fixed" as const, "linear" as const, "exponential" as const),
  baseMs: fc.oneof(fc.nat(10_000), fc.maxSafeNat()),
  capMs: fc.oneof(fc.nat(600_000), fc.maxSafeNat()),
  jitter: anyRandom,
});

const still = (kind: BackoffPolicy["kind"], baseMs: number, capMs: number): BackoffPolicy => ({
  kind,
  baseMs,
  capMs,
  jitter: 0,
});
const delays = (policy: BackoffPolicy, random01 = 0) =>
  [1, 2, 3, 4, 5].map((attempt) => retryDelayMs(policy, attempt, random01));

describe("retryDelayMs", () => {
  it("stays, grows or doubles up to the cap", () => {
    expect(delays(still("fixed", 100, 1000))).to.deep.equal([100, 100, 100, 100, 100]);
    expect(delays(still("linear", 100, 350))).to.deep.equal([100, 200, 300, 350, 350]);
    expect(delays(still("exponential", 100, 1000))).to.deep.equal([100, 200, 400, 800, 1000]);
    expect(delays(still("fixed", 100, 50))).to.deep.equal([50, 50, 50, 50, 50]);
  });

  it("takes the share that jitter gives to chance from the delay", () => {
    expect(delays(DEFAULT_BACKOFF, 0)).to.deep.equal([0, 0, 0, 0, 0]);
    expect(delays(DEFAULT_BACKOFF, 0.5)).to.deep.equal([500, 1000, 2000, 4000, 8000]);
    expect(delays({ ...DEFAULT_BACKOFF, jitter: 0.5 }, 0)).to.deep.equal([500, 1000, 2000, 4000, 8000]);
    expect(delays({ ...DEFAULT_BACKOFF, jitter: 0.5 }, 1)).to.deep.equal([1000, 2000, 4000, 8000, 16_000]);
  });

  it("is a whole number from 0 to the cap for any policy, attempt and chance", () => {
    fc.assert(
      fc.property(
        anyPolicy,
        fc.oneof(fc.integer({ min: 1, max: 200 }), fc.maxSafeNat()),
        anyRandom,
        (p, n, r) => {
          const delay = retryDelayMs(p, n, r);
          expect(Number.isSafeInteger(delay)).to.equal(true);
          expect(delay).to.be.within(0, p.capMs);
        },
      ),
    );
  });

  it("never falls from one attempt to the next under the same chance", () => {
    fc.assert(
      fc.property(anyPolicy, fc.integer({ min: 1, max: 150 }), anyRandom, (policy, attempt, random01) => {
        const [now, next] = [attempt, attempt + 1].map((n) => retryDelayMs(policy, n, random01));
        expect(next).to.be.at.least(now ?? Number.NaN);
      }),
    );
  });
});

describe("decideFailure", () => {
  const failure: Failure = {
    attempt: 1,
    maxAttempts: 3,
    backoff: still("fixed", 250, 1000),
    nonRetryable: false,
    retryAfterMs: null,
    cancelRequested: false,
  };

  it("tries again after the delay of the policy, or of the default", () => {
    expect(decideFailure(failure, 0.5)).to.deep.equal({ event: "retried", delayMs: 250 });
    expect(decideFailure({ ...failure, backoff: null, attempt: 2 }, 0.5)).to.deep.equal({
      event: "retried",
      delayMs: 1000,
    });
  });

  it("lets the worker choose the delay, up to a day", () => {
    const after = (retryAfterMs: number) => decideFailure({ ...failure, retryAfterMs }, 0.5);
    expect(after(0)).to.deep.equal({ event: "retried", delayMs: 0 });
    expect(after(1.5)).to.deep.equal({ event: "retried", delayMs: 2 });
    expect(after(-7)).to.deep.equal({ event: "retried", delayMs: 0 });
    expect(after(1e15)).to.deep.equal({ event: "retried", delayMs: RETRY_AFTER_MS_MAX });
  });

  it("ends the job when its attempts are spent, or trying again is useless", () => {
    expect(decideFailure({ ...failure, attempt: 3 }, 0)).to.deep.equal({
      event: "exhausted",
      reason: "exhausted",
    });
    expect(decideFailure({ ...failure, attempt: 4 }, 0)).to.deep.equal({
      event: "exhausted",
      reason: "exhausted",
    });
    expect(decideFailure({ ...failure, nonRetryable: true }, 0)).to.deep.equal({
      event: "exhausted",
      reason: "non_retryable",
    });
  });

  it("ends a job that was to be cancelled as cancelled, whatever else is true", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        anyRandom,
        (attempt, nonRetryable, random01) => {
          const decision = decideFailure(
            { ...failure, attempt, nonRetryable, cancelRequested: true },
            random01,
          );
          expect(decision).to.deep.equal({ event: "cancel", reason: "cancelled" });
        },
      ),
    );
  });

  it("gives a job that always fails exactly its number of attempts", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        anyPolicy,
        anyRandom,
        (maxAttempts, backoff, random01) => {
          let attempt = 1;
          while (decideFailure({ ...failure, attempt, maxAttempts, backoff }, random01).event === "retried")
            attempt++;
          expect(attempt).to.equal(maxAttempts);
        },
      ),
    );
  });
});

describe("decideLoss", () => {
  it("releases a lost job until it was lost too often", () => {
    const events = [1, 2, 3, 4].map((losses) => decideLoss({ losses, maxLosses: 3, cancelRequested: false }));
    expect(events).to.deep.equal([
      { event: "released" },
      { event: "released" },
      { event: "poisoned", reason: "poison" },
      { event: "poisoned", reason: "poison" },
    ]);
  });

  it("ends a job that was to be cancelled", () => {
    const decision = decideLoss({ losses: 9, maxLosses: 3, cancelRequested: true });
    expect(decision).to.deep.equal({ event: "cancel", reason: "cancelled" });
  });
});
