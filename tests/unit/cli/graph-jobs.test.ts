import { expect } from "chai";
import { readMusterGraph } from "../../../server/cli/graph/muster-graph.js";
import { graphJobs, queuesOf } from "../../../server/cli/run/graph-jobs.js";
import { slotsFor } from "../../../server/cli/run/slots.js";
import type { WorkerView } from "../../../worker-sdk/typescript/index.js";

const DEFAULTS = { type: "task", queue: "default", priority: undefined, expectedScale: null };

function worker(maxInFlight: number, ...subscriptions: readonly [string, number][]): WorkerView {
  return {
    namespace: "default",
    id: "w",
    name: "w",
    state: "online",
    sessionId: "1",
    sessionEpoch: 1,
    serverId: "s",
    instanceId: "i",
    subscriptions: subscriptions.map(([queue, limit]) => ({ queue, jobTypes: [], maxInFlight: limit })),
    maxInFlight,
    inFlight: 0,
    labels: {},
    sdk: "",
    buildId: "",
    registeredAt: undefined,
    lastHeartbeatAt: undefined,
    leaseExpiresAt: undefined,
    cpuFraction: 0,
    rssBytes: 0,
    loopLagMs: 0,
    endReason: "",
  };
}

describe("graphJobs", () => {
  it("gives jobs the defaults of the command where the file is silent", () => {
    const graph = readMusterGraph({
      name: "g",
      jobs: [
        { key: "a" },
        { key: "b", type: "t", queue: "q", priority: 1, dependsOn: ["a"], payload: { n: 1 } },
      ],
    });
    expect(graphJobs(graph, { ...DEFAULTS, priority: 5 })).to.deep.equal([
      { key: "a", type: "task", queue: "default", dependsOn: [], labels: { task: "a" }, priority: 5 },
      {
        key: "b",
        type: "t",
        queue: "q",
        dependsOn: ["a"],
        labels: { task: "b" },
        priority: 1,
        payload: { n: 1 },
      },
    ]);
  });

  it("passes on what else the file says", () => {
    const graph = readMusterGraph({
      name: "g",
      jobs: [
        {
          key: "a",
          maxAttempts: 2,
          onParentFailure: "run",
          executionTimeoutSeconds: 1.5,
          labels: { task: "mine" },
          headers: { h: "1" },
        },
      ],
    });
    expect(graphJobs(graph, DEFAULTS)[0]).to.deep.include({
      maxAttempts: 2,
      onParentFailure: "run",
      executionTimeoutMs: 1500,
      labels: { task: "mine" },
      headers: { h: "1" },
    });
  });

  it("says how long each is expected to run when asked for the critical path first", () => {
    const runtime = (runtimeSeconds: number) => ({ payload: { runtimeSeconds } });
    const graph = readMusterGraph({
      name: "g",
      jobs: [
        { key: "a", ...runtime(5) },
        { key: "b", ...runtime(4), dependsOn: ["a"] },
        { key: "c", ...runtime(1), dependsOn: ["b"] },
        { key: "d", ...runtime(1), priority: 7 },
      ],
    });
    const jobs = graphJobs(graph, { ...DEFAULTS, expectedScale: 0.0004 });
    expect(jobs.map((job) => job.expectedDurationMs)).to.deep.equal([2, 2, 1, 1]);
    expect(jobs.map((job) => job.priority)).to.deep.equal([undefined, undefined, undefined, 7]);
    const untold = graphJobs(graph, DEFAULTS);
    expect(untold.every((job) => !("expectedDurationMs" in job))).to.equal(true);
  });

  it("names each queue once", () => {
    const graph = readMusterGraph({
      name: "g",
      jobs: [{ key: "a" }, { key: "b", queue: "q" }, { key: "c" }],
    });
    expect([...queuesOf(graphJobs(graph, DEFAULTS))]).to.deep.equal(["default", "q"]);
  });
});

describe("slotsFor", () => {
  it("adds up the windows of the workers that serve the queues", () => {
    const workers = [worker(32, ["default", 0]), worker(8, ["default", 0]), worker(100, ["other", 0])];
    expect(slotsFor(new Set(["default"]), workers)).to.equal(40);
    expect(slotsFor(new Set(["nobody"]), workers)).to.equal(0);
  });

  it("counts a subscription with its own limit, and never more than the window", () => {
    expect(slotsFor(new Set(["a"]), [worker(32, ["a", 4], ["b", 0])])).to.equal(4);
    expect(slotsFor(new Set(["a", "b"]), [worker(32, ["a", 4], ["b", 0])])).to.equal(32);
    expect(slotsFor(new Set(["a", "b"]), [worker(32, ["a", 4], ["b", 5])])).to.equal(9);
  });
});
