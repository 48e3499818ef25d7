import { expect } from "chai";
import { JOB_STATES, move, PARENT_FAILURE_POLICIES, type JobState } from "../../../server/core/job.js";
import { decideRetry, edgeStatus, endByParent } from "../../../server/core/parent-edge.js";

describe("edgeStatus", () => {
  it("is open until the parent is terminal", () => {
    for (const state of JOB_STATES.slice(0, 4)) {
      for (const policy of PARENT_FAILURE_POLICIES) expect(edgeStatus(state, policy)).to.equal("open");
    }
  });

  it("is settled by success, and with policy run by any end", () => {
    const of = (state: JobState) => PARENT_FAILURE_POLICIES.map((policy) => edgeStatus(state, policy));
    expect(of("succeeded")).to.deep.equal(["settled", "settled", "settled"]);
    expect(of("dead")).to.deep.equal(["failed", "settled", "failed"]);
    expect(of("cancelled")).to.deep.equal(["failed", "settled", "failed"]);
  });
});

describe("endByParent", () => {
  it("ends a dependent exactly when the edge has failed, by a legal move", () => {
    for (const how of ["dead", "cancelled"] as const) {
      for (const policy of PARENT_FAILURE_POLICIES) {
        const end = endByParent(how, policy);
        expect(end !== null).to.equal(edgeStatus(how, policy) === "failed");
        if (end === null) continue;
        expect(move("blocked", end.event)).to.equal(end.state);
        expect(end.reason).to.equal(how === "dead" ? "parent_failed" : "parent_cancelled");
      }
    }
  });
});

describe("decideRetry", () => {
  const parents = (...states: JobState[]) => states.map((state, at) => ({ id: at + 1, state }));

  it("makes a job ready whose parents are settled", () => {
    expect(decideRetry("cancel", [])).to.deep.equal({ event: "retry" });
    expect(decideRetry("cancel", parents("succeeded"))).to.deep.equal({ event: "retry" });
    expect(decideRetry("run", parents("dead", "cancelled"))).to.deep.equal({ event: "retry" });
  });

  it("makes a job wait for parents that are open again", () => {
    expect(decideRetry("fail", parents("ready", "succeeded", "blocked"))).to.deep.equal({
      event: "retry_blocked",
      pendingParents: 2,
    });
  });

  it("refuses while a parent has failed for the job, and names it", () => {
    expect(decideRetry("cancel", parents("ready", "dead"))).to.deep.equal({ event: null, failedParentId: 2 });
    expect(decideRetry("fail", parents("cancelled"))).to.deep.equal({ event: null, failedParentId: 1 });
  });
});
