/** Results that come together: each assignment is decided by its first result, whatever else is in the flush. */
import { expect } from "chai";
import type { Outcome, Result } from "../../../server/core/job.js";
import { JobRoom } from "./job-room.js";

const SUCCESS: Outcome = { kind: "succeeded", output: null };
const FAILURE: Outcome = {
  kind: "failed",
  error: { errorType: "Error", message: "it failed", stackTrace: "" },
  nonRetryable: false,
  retryAfterMs: null,
  timedOut: false,
};

function result(jobId: number, leaseEpoch: number, outcome: Outcome = SUCCESS): Result {
  return { ref: { jobId, leaseEpoch }, outcome, startedAtMs: null };
}

describe("finishing", () => {
  for (const late of [SUCCESS, FAILURE]) {
    for (const current of [SUCCESS, FAILURE]) {
      it(`a late ${late.kind} does not stand in the way of the current ${current.kind} in the same flush`, async () => {
        const room = new JobRoom();
        room.running(1, 7, { leaseEpoch: 2 });
        const verdicts = await Promise.all([
          room.finish.finish([result(1, 1, late)]),
          room.finish.finish([result(1, 2, current)]),
        ]);
        expect(verdicts.flat().map((verdict) => verdict.disposition)).to.deep.equal(["stale", "committed"]);
        expect(room.jobs.get(1)?.state).to.equal(current.kind === "succeeded" ? "succeeded" : "scheduled");
      });
    }
  }

  it("decides an assignment by its first result, and judges the second", async () => {
    const room = new JobRoom();
    room.running(1, 7);
    const verdicts = await room.finish.finish([result(1, 1, FAILURE), result(1, 1, SUCCESS)]);
    expect(verdicts.map(({ disposition, willRetry }) => [disposition, willRetry])).to.deep.equal([
      ["committed", true],
      ["stale", false],
    ]);
    expect(room.jobs.get(1)?.state).to.equal("scheduled");
  });

  it("writes the results of all callers together and answers each with its own", async () => {
    const room = new JobRoom();
    for (const id of [1, 2, 3]) room.running(id, 7);
    const verdicts = await Promise.all([
      room.finish.finish([result(1, 1), result(9, 1)]),
      room.finish.finish([result(2, 1)]),
      room.finish.finish([result(3, 5)]),
    ]);
    expect(verdicts.map((group) => group.map((verdict) => verdict.disposition))).to.deep.equal([
      ["committed", "unknown_job"],
      ["committed"],
      ["stale"],
    ]);
    expect(room.asked).to.deep.equal(["finishSucceeded", "judge"]);
  });

  it("says that nothing was decided when the store is away", async () => {
    const room = new JobRoom();
    room.running(1, 7);
    room.isAway = true;
    const error = await room.finish.finish([result(1, 1)]).catch((thrown: unknown) => thrown);
    expect(error).to.have.property("code", "STORE_DOWN");
    room.isAway = false;
    expect((await room.finish.finish([result(1, 1)]))[0]?.disposition).to.equal("committed");
  });
});
