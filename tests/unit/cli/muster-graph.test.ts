import { expect } from "chai";
import { readMusterGraph } from "../../../server/cli/graph/muster-graph.js";
import { parseGraph, readGraphFile } from "../../../server/cli/graph/read-graph-file.js";
import { graphFixture } from "../../support/graph-files.js";
import { refusal, refusalOf } from "../../support/refusal.js";

const graph = (...jobs: readonly unknown[]) => ({ name: "g", jobs });

describe("readMusterGraph", () => {
  it("reads jobs with their settings", async () => {
    const read = await readGraphFile(graphFixture("nightly.muster.json"));
    expect(read).to.include({ name: "nightly", format: "muster", edgeCount: 4 });
    expect(read.tasks.map((task) => task.runtimeSeconds)).to.deep.equal([0.02, 0.03, 0.01, 0]);
    expect(read.tasks[1]?.settings).to.deep.equal({ priority: 4 });
    expect(read.tasks[3]).to.deep.include({
      key: "publish",
      parents: ["clean", "count"],
      payload: null,
      settings: { type: "publish", labels: { step: "last" } },
    });
  });

  it("takes a payload of any kind as it is", () => {
    const read = readMusterGraph(graph({ key: "a", payload: [1, "two"] }, { key: "b", payload: false }));
    expect(read.tasks.map((task) => task.payload)).to.deep.equal([[1, "two"], false]);
  });

  it("counts a parent that is named twice once", () => {
    expect(readMusterGraph(graph({ key: "a" }, { key: "b", dependsOn: ["a", "a"] })).edgeCount).to.equal(1);
  });

  const refused: readonly (readonly [string, Record<string, unknown>, string])[] = [
    [
      "a graph without a name",
      { jobs: [{ key: "a" }] },
      "name: expected a string that is not empty, got nothing",
    ],
    ["no jobs", graph(), "jobs: expected at least one task, got none"],
    ["jobs that are no list", { name: "g", jobs: {} }, "jobs: expected a list, got an object"],
    ["a job without a key", graph({}), "jobs[0].key: expected a string that is not empty, got nothing"],
    [
      "a misspelt field",
      graph({ key: "a", depends_on: [] }),
      "jobs[0] (a).depends_on: expected one of key, type, queue, payload, dependsOn, priority, maxAttempts, " +
        "onParentFailure, executionTimeoutSeconds, startTimeoutSeconds, progressTimeoutSeconds, labels, headers, " +
        "got an unknown field",
    ],
    [
      "a key used twice",
      graph({ key: "a" }, { key: "a" }),
      'jobs[1]: expected a name used once, got "a" again',
    ],
    [
      "an unknown parent",
      graph({ key: "a", dependsOn: ["b"] }),
      'jobs[0] (a).dependsOn[0]: expected the name of a task in this file, got "b"',
    ],
    [
      "a job that waits for itself",
      graph({ key: "a", dependsOn: ["a"] }),
      "jobs: expected no circle of dependencies, got a -> a",
    ],
    [
      "a priority out of bounds",
      graph({ key: "a", priority: 5000 }),
      "jobs[0] (a).priority: expected a number from -1000 to 1000, got 5000",
    ],
    [
      "an unknown policy",
      graph({ key: "a", onParentFailure: "ignore" }),
      'jobs[0] (a).onParentFailure: expected cancel, run, fail, got "ignore"',
    ],
    [
      "a label that is no text",
      graph({ key: "a", labels: { n: 1 } }),
      "jobs[0] (a).labels.n: expected a string, got 1",
    ],
    [
      "a runtime that is no number",
      graph({ key: "a", payload: { runtimeSeconds: "5" } }),
      'jobs[0] (a).payload.runtimeSeconds: expected a number of 0 or more, got "5"',
    ],
    [
      "a key that cannot be printed",
      graph({ key: "a\u0007" }),
      'jobs[0].key: expected 1 to 200 printable characters, got "a\\u0007"',
    ],
  ];
  for (const [what, document, message] of refused) {
    it(`refuses ${what}`, () => {
      expect(refusalOf(() => readMusterGraph(document))).to.equal(message);
    });
  }
});

describe("parseGraph", () => {
  it("refuses what is not JSON", () => {
    expect(refusalOf(() => parseGraph("name: g"))).to.match(/^file: expected JSON, got Unexpected token/);
  });

  it("refuses JSON of no format it knows and says what it has", () => {
    expect(refusalOf(() => parseGraph('{"a":1,"b":2}'))).to.match(
      /^file: expected a WfFormat .*, got an object with a, b$/,
    );
    expect(refusalOf(() => parseGraph("[]"))).to.equal("file: expected a JSON object, got a list of 0");
  });

  it("names a file that cannot be read", async () => {
    expect(await refusal(() => readGraphFile("no-such-file.json"))).to.equal(
      "file: expected a file that can be read, got no-such-file.json (ENOENT)",
    );
  });
});
