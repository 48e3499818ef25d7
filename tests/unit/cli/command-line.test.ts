import { readFileSync } from "node:fs";
import { expect } from "chai";
import { EXIT, EXIT_CODE_HELP } from "../../../server/cli/exit-codes.js";
import { readMusterGraph } from "../../../server/cli/graph/muster-graph.js";
import { reportText } from "../../../server/cli/run/report-text.js";
import { makeReport } from "../../../server/cli/run/report.js";
import { muster } from "../../../server/cli/program.js";

const PAGE = readFileSync(new URL("../../../../docs/command-line.md", import.meta.url), "utf8");

/** First cells of the table under a heading's column title. */
function firstCells(title: string): string[] {
  const table = PAGE.slice(PAGE.indexOf(`| ${title} |`)).split("\n\n", 1)[0] ?? "";
  return [...table.matchAll(/^\| `?([^`|]+?)`? \|/gm)].map((match) => match[1] ?? "").slice(1);
}

describe("docs/command-line.md", () => {
  it("lists every command, in the order of the help", () => {
    expect(firstCells("command")).to.deep.equal(muster().commands.map((command) => command.name()));
  });

  it("lists every exit code, as the help does", () => {
    expect(firstCells("code").map(Number)).to.deep.equal(Object.values(EXIT));
    const documented = [...EXIT_CODE_HELP.matchAll(/^ {2}(\d+) /gm)].map((match) => Number(match[1]));
    expect(documented).to.deep.equal(Object.values(EXIT));
  });

  it("explains lines of the report that are there", () => {
    const graph = readMusterGraph({ name: "g", jobs: [{ key: "a" }] });
    const facts = { graphId: "1", acceptedAtMs: 0, submitMs: 0, slots: 0, timeScale: 1 };
    const lines = reportText(makeReport(graph, [], facts)).split("\n");
    const names = lines.map((line) => line.slice(0, line.indexOf(":")));
    expect(names).to.include.members(firstCells("line"));
  });

  it("shows a graph that is one, with every field a job may have", () => {
    const example = JSON.parse(/```json\n([\s\S]+?)```/.exec(PAGE)?.[1] ?? "") as Record<string, unknown>;
    expect(readMusterGraph(example)).to.include({ name: "nightly", edgeCount: 2 });
    const jobs = example["jobs"] as readonly object[];
    expect(new Set(jobs.flatMap((job) => Object.keys(job)))).to.have.property("size", 13);
  });
});

describe("every command", () => {
  it("has a description and the exit codes in its help", () => {
    for (const command of muster().commands) {
      expect(command.description(), command.name()).to.not.equal("");
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) });
      command.outputHelp();
      expect(help, command.name()).to.contain("Exit codes:");
    }
  });

  it("ends when it does not understand, with one line", () => {
    const program = muster();
    const lines: string[] = [];
    const output = {
      writeErr: (text: string) => lines.push(text),
      outputError: (text: string) => lines.push(text),
    };
    for (const command of [program, ...program.commands]) command.configureOutput(output);
    expect(() => program.parse(["node", "muster", "jobs", "--bogus"])).to.throw("unknown option '--bogus'");
    expect(lines).to.have.length(1);
  });
});
