import { basename } from "node:path";
import { expect } from "chai";
import { criticalPath } from "../../../server/cli/graph/critical-path.js";
import { readGraphFile } from "../../../server/cli/graph/read-graph-file.js";
import { readWfFormat } from "../../../server/cli/graph/wfformat.js";
import { graphFixture, recordedWorkflows } from "../../support/graph-files.js";
import { refusal, refusalOf } from "../../support/refusal.js";

/** Tasks and edges as counted from the files themselves; at least these two are known by heart. */
const KNOWN = new Map([
  ["montage-chameleon-2mass-05d-001.json", { tasks: 1738, edges: 4698 }],
  ["bwa-chameleon-medium-001.json", { tasks: 1004, edges: 4000 }],
  ["seismology-chameleon-1000p-001.json", { tasks: 1001, edges: 1000 }],
  ["survey.wfformat.json", { tasks: 6, edges: 6 }],
]);

const task = (id: string, parents: readonly string[] = []) => ({ id, name: id, parents, children: [] });

function workflow(tasks: readonly unknown[], executions: readonly unknown[] = []) {
  return {
    name: "w",
    schemaVersion: "1.5",
    workflow: { specification: { tasks }, execution: { tasks: executions } },
  };
}

describe("readWfFormat", () => {
  it("reads tasks, edges that only one end names, runtimes and command lines", async () => {
    const graph = await readGraphFile(graphFixture("survey.wfformat.json"));
    expect(graph.format).to.equal("wfformat");
    expect(graph.name).to.equal("survey");
    const merge = graph.tasks.find((one) => one.name === "merge (a/b)");
    expect(merge?.key).to.equal("merge (a/b)");
    expect(merge?.parents).to.deep.equal(["read_1", "read_2"]);
    expect(merge?.payload).to.deep.equal({
      task: "merge (a/b)",
      name: "merge",
      runtimeSeconds: 1.5,
      command: ["true"],
    });
    // The file gives chart_2 no parents; merge names it as a child.
    expect(graph.tasks.find((one) => one.key === "chart_2")?.parents).to.deep.equal(["merge (a/b)"]);
  });

  it("counts the runtime of a task without a recorded execution as 0 and says so", async () => {
    const graph = await readGraphFile(graphFixture("survey.wfformat.json"));
    expect(graph.tasks.find((one) => one.key === "report")?.runtimeSeconds).to.equal(0);
    expect(graph.notes).to.deep.equal(["1 of 6 tasks have no recorded execution; their runtime counts as 0"]);
  });

  it("reads every recorded workflow that this machine has, or the fixture where it has none", async () => {
    const files = recordedWorkflows() ?? [graphFixture("survey.wfformat.json")];
    let known = 0;
    for (const file of files) {
      const graph = await readGraphFile(file);
      expect(graph.order, file).to.have.length(graph.tasks.length);
      const chain = criticalPath(
        graph,
        graph.tasks.map((one) => one.runtimeSeconds),
      );
      const work = graph.tasks.reduce((sum, one) => sum + one.runtimeSeconds, 0);
      expect(chain.length, file)
        .to.be.greaterThan(0)
        .and.at.most(work + 1e-9);
      const counts = KNOWN.get(basename(file));
      if (counts === undefined) continue;
      known++;
      expect({ tasks: graph.tasks.length, edges: graph.edgeCount }, file).to.deep.equal(counts);
    }
    expect(known).to.be.greaterThan(0);
  });

  it("names the task and the field of a parent that is not in the file", async () => {
    const file = graphFixture("unknown-parent.wfformat.json");
    expect(await refusal(() => readGraphFile(file))).to.equal(
      `${file}: workflow.specification.tasks[1] (merge).parents[1]: expected the id of a task in this file, got "read_2"`,
    );
  });

  const refused: readonly (readonly [string, Record<string, unknown>, string])[] = [
    [
      "another version",
      { ...workflow([task("a")]), schemaVersion: "1.4" },
      'schemaVersion: expected "1.5" (WfFormat), got "1.4"',
    ],
    ["no tasks", workflow([]), "workflow.specification.tasks: expected at least one task, got none"],
    [
      "no specification",
      { name: "w", schemaVersion: "1.5", workflow: {} },
      "workflow.specification: expected an object, got nothing",
    ],
    [
      "an id used twice",
      workflow([task("a"), task("a")]),
      'workflow.specification.tasks[1].id: expected an id used once, got "a" again',
    ],
    [
      "a task without an id",
      workflow([{ name: "a" }]),
      "workflow.specification.tasks[0].id: expected a string that is not empty, got nothing",
    ],
    [
      "a negative runtime",
      workflow([task("a")], [{ id: "a", runtimeInSeconds: -1 }]),
      "workflow.execution.tasks[0] (a).runtimeInSeconds: expected a number of 0 or more, got -1",
    ],
    [
      "an execution of no task",
      workflow([task("a")], [{ id: "b", runtimeInSeconds: 1 }]),
      'workflow.execution.tasks[0] (b).id: expected the id of a task in workflow.specification.tasks, got "b"',
    ],
    [
      "arguments that are no strings",
      workflow([task("a")], [{ id: "a", runtimeInSeconds: 1, command: { program: "p", arguments: [1] } }]),
      "workflow.execution.tasks[0] (a).command.arguments[0]: expected a string, got 1",
    ],
    [
      "a circle",
      workflow([task("a", ["c"]), task("b", ["a"]), task("c", ["b"])]),
      "workflow.specification.tasks: expected no circle of dependencies, got b -> c -> a -> b",
    ],
  ];
  for (const [what, document, message] of refused) {
    it(`refuses ${what}`, () => {
      expect(refusalOf(() => readWfFormat(document))).to.equal(message);
    });
  }
});
