import { expect } from "chai";
import { MusterError } from "../../../server/core/errors.js";
import { checkQueueLimits, NO_LIMITS, type QueueLimits } from "../../../server/core/limits.js";

function fieldsOf(limits: Partial<QueueLimits>): readonly string[] {
  try {
    checkQueueLimits({ ...NO_LIMITS, ...limits });
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    expect(error.code).to.equal("INVALID_REQUEST");
    return (error.details.violations ?? []).map(({ field }) => field);
  }
  return [];
}

describe("checkQueueLimits", () => {
  const rate = { starts: 1, periodMs: 1, burst: 1 };

  it("takes each limit alone and all together, at their bounds", () => {
    expect(fieldsOf({ concurrency: 10_000 })).to.deep.equal([]);
    expect(fieldsOf({ keyConcurrency: 1_000 })).to.deep.equal([]);
    expect(fieldsOf({ rate })).to.deep.equal([]);
    expect(fieldsOf({ concurrency: 1, keyConcurrency: 1, rate })).to.deep.equal([]);
  });

  it("names every field that is out of bounds, in one answer", () => {
    const wrong = { starts: 1_000_001, periodMs: 0.5, burst: 0 };
    expect(fieldsOf({ concurrency: 10_001, keyConcurrency: 1.5, rate: wrong })).to.deep.equal([
      "limits.concurrency",
      "limits.key_concurrency",
      "limits.rate.starts",
      "limits.rate.burst",
      "limits.rate.period",
    ]);
    expect(fieldsOf({ rate: { ...rate, periodMs: 32 * 86_400_000 } })).to.deep.equal(["limits.rate.period"]);
  });

  it("refuses no limit at all", () => {
    expect(fieldsOf({})).to.deep.equal(["limits"]);
  });
});
