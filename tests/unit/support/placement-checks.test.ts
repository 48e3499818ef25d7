/** What counts as an inversion of priorities, and what as a death without a reason. */
import { expect } from "chai";
import type { Struck } from "../../support/chaos.js";
import { deathsOf } from "../../support/false-deaths.js";
import type { ExecutionRecord, FinalJob, History, SessionRecord } from "../../support/history.js";
import { inversionsOf } from "../../support/placement-checks.js";

const SESSION: SessionRecord = {
  sessionId: "7",
  workerId: "process-1",
  registeredMs: 0,
  maxInFlight: 1,
  namespace: "default",
  subscriptions: [{ queue: "default", jobTypes: [] }],
  serverId: "replica-9",
  endedMs: 20_000,
  endReason: "lease_expired",
};

/** Jobs as [priority, ready, assigned], ms. */
function historyOf(...jobs: readonly (readonly [number, number, number])[]): History {
  const executions = jobs.map(([, , assignedMs], at): ExecutionRecord => ({
    ...{ jobId: `j${at}`, leaseEpoch: 1, attempt: 1, sessionId: "7" },
    ...{ assignedMs, endedMs: assignedMs + 5, outcome: "succeeded" },
  }));
  const finalJobs = jobs.map(([priority, readyMs], at): [string, FinalJob] => [
    `j${at}`,
    {
      ...{ key: null, state: "succeeded", leaseEpoch: 1, finishedMs: 1_000 },
      ...{ namespace: "default", queue: "default", type: "t", priority, readyMs },
    },
  ]);
  return {
    submitted: [],
    client: [],
    workers: [],
    executions,
    sessions: [SESSION],
    finalJobs: new Map(finalJobs),
  };
}

describe("inversions of priorities", () => {
  it("are assignments of a job while a more urgent one has waited for longer than the slack", () => {
    const history = historyOf([5, 0, 90], [3, 0, 50], [1, 0, 60], [3, 0, 70]);
    // The low one went before a medium one, and all three before the high one.
    expect(inversionsOf(history, 10)).to.deep.equal({ contested: 5, inverted: 4, overtakenMost: 3 });
  });

  it("are none in the order of levels, whatever the order within a level", () => {
    const history = historyOf([5, 20, 30], [4, 0, 40], [3, 10, 50], [2, 0, 60], [1, 0, 70]);
    expect(inversionsOf(history, 10)).to.deep.equal({ contested: 8, inverted: 0, overtakenMost: 0 });
  });

  it("are none when the urgent one had only just become ready, or went in the same statement", () => {
    expect(inversionsOf(historyOf([5, 45, 60], [1, 0, 50]), 10).inverted).to.equal(0);
    expect(inversionsOf(historyOf([5, 0, 50], [1, 0, 50]), 10).inverted).to.equal(0);
  });
});

describe("deaths without a reason", () => {
  const how = { noticedWithinMs: 5_000, placeOf: (id: string) => (id === "replica-9" ? 2 : undefined) };
  const strike = (target: Struck["target"], beganMs: number, overMs: number | null): Struck => ({
    ...{ fault: "a fault", atMs: 0, inFlight: 1 },
    ...{ target, beganMs, overMs },
  });
  const unfounded = (session: SessionRecord, ...struck: Struck[]): number =>
    deathsOf([session], struck, how).unfounded.length;

  it("are those whose worker, and whose way to its server, nothing had struck in time", () => {
    expect(unfounded(SESSION)).to.equal(1);
    expect(unfounded(SESSION, strike({ worker: "process-1" }, 18_000, 19_000))).to.equal(0);
    expect(unfounded(SESSION, strike({ link: 2 }, 1_000, null))).to.equal(0);
    expect(unfounded(SESSION, strike({ worker: "process-2" }, 18_000, 19_000))).to.equal(1);
    expect(unfounded(SESSION, strike({ link: 1 }, 18_000, 19_000))).to.equal(1);
    expect(unfounded(SESSION, strike({ worker: "process-1" }, 1_000, 14_000))).to.equal(1);
    expect(unfounded(SESSION, strike({ worker: "process-1" }, 21_000, 22_000))).to.equal(1);
    expect(unfounded(SESSION, strike({ server: 2 }, 18_000, 19_000), strike({}, 18_000, 19_000))).to.equal(1);
  });

  it("are not told of sessions that live, left, or were replaced", () => {
    expect(unfounded({ ...SESSION, endedMs: null, endReason: null })).to.equal(0);
    for (const endReason of ["left", "replaced", "drain_timeout"])
      expect(unfounded({ ...SESSION, endReason })).to.equal(0);
  });
});
