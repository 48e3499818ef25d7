import { expect } from "chai";
import { readMusterGraph } from "../../../server/cli/graph/muster-graph.js";
import { makeReport, type ObservedJob, type RunFacts } from "../../../server/cli/run/report.js";
import { reportText, seconds } from "../../../server/cli/run/report-text.js";

const GRAPH = readMusterGraph({
  name: "diamond",
  jobs: [
    { key: "a", payload: { runtimeSeconds: 1 } },
    { key: "b", dependsOn: ["a"], payload: { runtimeSeconds: 2 } },
    { key: "c", dependsOn: ["a"], payload: { runtimeSeconds: 4 } },
    { key: "d", dependsOn: ["b", "c"], payload: { runtimeSeconds: 1 } },
  ],
});
const FACTS: RunFacts = { graphId: "g1", acceptedAtMs: 1_000_000, submitMs: 12, slots: 2, timeScale: 0.1 };

function job(key: string, startMs: number, endMs: number, more: Partial<ObservedJob> = {}): ObservedJob {
  return {
    key,
    state: "succeeded",
    attempt: 1,
    generation: 1,
    leaseEpoch: 1,
    startedAtMs: 1_000_000 + startMs,
    finishedAtMs: 1_000_000 + endMs,
    ...more,
  };
}

const CLEAN = [job("a", 5, 110), job("b", 112, 320), job("c", 112, 520), job("d", 525, 640)];

describe("makeReport", () => {
  it("measures the run against the least it could have taken", () => {
    const report = makeReport(GRAPH, CLEAN, FACTS);
    expect(report.makespanSeconds).to.be.closeTo(0.64, 1e-9);
    expect(report.workSeconds).to.be.closeTo(0.8, 1e-9);
    expect(report.criticalPathSeconds).to.be.closeTo(0.6, 1e-9);
    expect(report.criticalPathJobs).to.equal(3);
    expect(report.workPerSlotSeconds).to.be.closeTo(0.4, 1e-9);
    expect(report.boundSeconds).to.be.closeTo(0.6, 1e-9);
    expect(report.efficiency).to.be.closeTo(0.6 / 0.64, 1e-9);
    expect(report.overheadPerJobMs).to.be.closeTo(10, 1e-9);
    expect(report.observedCriticalPathSeconds).to.be.closeTo(0.105 + 0.408 + 0.115, 1e-9);
    expect(report.observedWorkSeconds).to.be.closeTo(0.105 + 0.208 + 0.408 + 0.115, 1e-9);
    expect(report.counts).to.include({ succeeded: 4, dead: 0 });
    expect(report).to.include({
      orderViolations: 0,
      runMoreThanOnce: 0,
      retries: 0,
      missing: 0,
      jobs: 4,
      edges: 4,
    });
  });

  it("is bounded by the work when slots are few", () => {
    const report = makeReport(GRAPH, CLEAN, { ...FACTS, slots: 1 });
    expect(report.boundSeconds).to.be.closeTo(0.8, 1e-9);
  });

  it("counts each edge whose child started before its parent had finished", () => {
    const early = [job("a", 5, 110), job("b", 109, 320), job("c", 112, 520), job("d", 300, 640)];
    expect(makeReport(GRAPH, early, FACTS).orderViolations).to.equal(3);
  });

  it("counts a parent that never finished as a violation of the child that started", () => {
    const open = [job("a", 5, 110, { finishedAtMs: null, state: "running" }), ...CLEAN.slice(1)];
    expect(makeReport(GRAPH, open, FACTS).orderViolations).to.equal(2);
  });

  it("counts retries, jobs that were assigned again, and jobs that are missing", () => {
    const jobs = [
      job("a", 5, 110, { attempt: 3, leaseEpoch: 3 }),
      job("b", 112, 320, { leaseEpoch: 2 }),
      job("c", 112, 520, { generation: 2 }),
    ];
    expect(makeReport(GRAPH, jobs, FACTS)).to.include({ retries: 2, runMoreThanOnce: 3, missing: 1 });
  });

  it("has no efficiency without work and no work per slot without slots", () => {
    const report = makeReport(GRAPH, CLEAN, { ...FACTS, timeScale: 0, slots: 0 });
    expect(report.efficiency).to.equal(null);
    expect(report).to.include({ criticalPathSeconds: 0, criticalPathJobs: 3 });
    expect(report.workPerSlotSeconds).to.equal(null);
    expect(report.overheadPerJobMs).to.be.closeTo(160, 1e-9);
  });

  it("survives a graph of which nothing ran", () => {
    const none = GRAPH.tasks.map((task) =>
      job(task.key, 0, 0, {
        state: "cancelled",
        startedAtMs: null,
        finishedAtMs: null,
        attempt: 0,
        leaseEpoch: 0,
      }),
    );
    const report = makeReport(GRAPH, none, FACTS);
    expect(report).to.include({ makespanSeconds: 0, jobsPerSecond: 0, efficiency: null, orderViolations: 0 });
    expect(report.counts.cancelled).to.equal(4);
  });
});

describe("reportText", () => {
  it("prints the promises as numbers", () => {
    const text = reportText(makeReport(GRAPH, CLEAN, FACTS));
    expect(text).to.match(/^makespan: +640\.0 ms, 6\.3 jobs\/s, time scale 0\.1$/m);
    expect(text).to.match(/^efficiency: +93\.8 %, bound \/ makespan$/m);
    expect(text).to.match(/^overhead: +10\.000 ms a job/m);
    expect(text).to.match(/^order violations: +0$/m);
    expect(text).to.match(/^run more than once: +0$/m);
    expect(text).to.not.contain("not listed");
  });

  it("shows times in a unit that suits them", () => {
    expect([0, 0.0042, 1.5, 7200].map(seconds)).to.deep.equal(["0 s", "4.2 ms", "1.500 s", "7200.0 s"]);
  });
});
