import { expect } from "chai";
import { readPackageLock } from "../../../server/cli/graph/package-lock.js";
import { readGraphFile } from "../../../server/cli/graph/read-graph-file.js";
import type { WorkGraph } from "../../../server/cli/graph/work-graph.js";
import { graphFixture, OWN_LOCK_FILE } from "../../support/graph-files.js";
import { refusalOf } from "../../support/refusal.js";

const lock = (packages: Record<string, unknown>) => ({ name: "p", lockfileVersion: 3, packages });

function parentsOf(graph: WorkGraph, key: string): readonly string[] | undefined {
  return graph.tasks.find((task) => task.key === key)?.parents;
}

describe("readPackageLock", () => {
  it("finds each dependency where Node would: nested first, then in the folders above", async () => {
    const graph = await readGraphFile(graphFixture("project.package-lock.json"));
    expect(graph).to.include({ name: "project", format: "package-lock" });
    expect(parentsOf(graph, "node_modules/web")).to.deep.equal([
      "node_modules/web-core",
      "node_modules/web/node_modules/text",
    ]);
    expect(parentsOf(graph, "packages/site")).to.deep.equal([
      "node_modules/check",
      "node_modules/web",
      "packages/site/node_modules/text",
    ]);
  });

  it("ignores absent optional and peer dependencies, and dev dependencies of what is installed", async () => {
    const graph = await readGraphFile(graphFixture("project.package-lock.json"));
    expect(parentsOf(graph, "node_modules/check")).to.deep.equal(["node_modules/text"]);
  });

  it("breaks a circle at the dependency that leads back to a package still being visited", async () => {
    const graph = await readGraphFile(graphFixture("project.package-lock.json"));
    // web needs web-core needs web; from the project, web is reached first.
    expect(parentsOf(graph, "node_modules/web-core")).to.deep.equal(["node_modules/text"]);
    expect(graph.notes).to.deep.equal(["1 dependencies that closed a circle were dropped"]);
  });

  it("runs the project last, after workspaces and whatever else nobody waits for", async () => {
    const graph = await readGraphFile(graphFixture("project.package-lock.json"));
    expect(parentsOf(graph, ".")).to.include("packages/site");
    expect(graph.tasks[graph.order.at(-1) ?? -1]?.key).to.equal(".");
    const waitedFor = new Set(graph.tasks.flatMap((task) => task.parents));
    expect(graph.tasks.filter((task) => !waitedFor.has(task.key)).map((task) => task.key)).to.deep.equal([
      ".",
    ]);
  });

  it("gives names, versions and a runtime of 5 to 200 ms that is the same every time", async () => {
    const first = await readGraphFile(graphFixture("project.package-lock.json"));
    const second = await readGraphFile(graphFixture("project.package-lock.json"));
    expect(second).to.deep.equal(first);
    for (const task of first.tasks) expect(task.runtimeSeconds).to.be.within(0.005, 0.2);
    const text = first.tasks.find((task) => task.key === "node_modules/web/node_modules/text");
    expect(text?.name).to.equal("text@1.3.0");
    expect(text?.payload).to.include({
      name: "text",
      version: "1.3.0",
      runtimeSeconds: text?.runtimeSeconds,
    });
  });

  it("reads the project's own lock file: one job for each installed package", async () => {
    const graph = await readGraphFile(OWN_LOCK_FILE);
    expect(graph.tasks.length).to.be.greaterThan(100);
    expect(graph.edgeCount).to.be.greaterThan(graph.tasks.length - 2);
    expect(graph.tasks[graph.order.at(-1) ?? -1]?.key).to.equal(".");
    expect(parentsOf(graph, "node_modules/@grpc/grpc-js")).to.include("node_modules/@grpc/proto-loader");
  });

  const refused: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ["version 1", { lockfileVersion: 1, dependencies: {} }, "lockfileVersion: expected 2 or 3, got 1"],
    ["no packages", { lockfileVersion: 3 }, "packages: expected an object, got nothing"],
    ["no project", lock({}), 'packages[""]: expected the project itself, got nothing'],
    [
      "a dependency that is not in the file",
      lock({ "": { dependencies: { a: "1" } } }),
      'packages[""].dependencies.a: expected a package in this file, got none that it could find',
    ],
    [
      "a link to nowhere",
      lock({ "": { dependencies: { a: "1" } }, "node_modules/a": { link: true, resolved: "gone" } }),
      'packages["node_modules/a"].resolved: expected the path of a package in this file, got "gone"',
    ],
    [
      "a package that is no object",
      lock({ "": {}, "node_modules/a": 5 }),
      'packages["node_modules/a"]: expected an object, got 5',
    ],
  ];
  for (const [what, document, message] of refused) {
    it(`refuses ${what}`, () => {
      expect(refusalOf(() => readPackageLock(document))).to.equal(message);
    });
  }
});
