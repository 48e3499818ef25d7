/** The words that the runbooks list are the words of the code, and every audit statement is told. */
import { expect } from "chai";
import { AUDIT_NAMES } from "../../server/core/audit-rules.js";
import { BLOCKER_REASONS } from "../../server/core/explanation.js";
import { FINDINGS } from "../../server/core/findings.js";
import { tableRows } from "./markdown-table.js";
import { read, repoFiles } from "./repo-files.js";

describe("docs/runbooks", () => {
  it("lists exactly the reasons why a job is not running", () => {
    const documented = tableRows(read("docs/runbooks/explain.md"), ["reason", "meaning"]);
    expect(documented).to.deep.equal(Object.entries(BLOCKER_REASONS));
  });

  it("lists exactly the findings of the doctor", () => {
    const headings = ["finding", "at worst", "meaning", "what repairs it"];
    const documented = tableRows(read("docs/runbooks/doctor.md"), headings);
    const defined = Object.entries(FINDINGS).map(([name, check]) => [
      name,
      check.worst,
      check.meaning,
      check.repair,
    ]);
    expect(documented).to.deep.equal(defined);
  });
});

describe("server/store/sql/audit", () => {
  it("has a statement for each rule, which says what it looks for, and no other", () => {
    const files = repoFiles("server/store/sql/audit", /\.sql$/);
    const names = files.map((path) => path.split("/").at(-1)?.replace(".sql", ""));
    expect(names).to.have.members(AUDIT_NAMES);
    const silent = AUDIT_NAMES.filter(
      (name) => !read(`server/store/sql/audit/${name}.sql`).startsWith(`-- ${name}: `),
    );
    expect(silent).to.deep.equal([]);
  });
});
