/** The words that the runbooks list are the words of the code. */
import { expect } from "chai";
import { BLOCKER_REASONS } from "../../server/core/explanation.js";
import { tableRows } from "./markdown-table.js";
import { read } from "./repo-files.js";

describe("docs/runbooks", () => {
  it("lists exactly the reasons why a job is not running", () => {
    const documented = tableRows(read("docs/runbooks/explain.md"), ["reason", "meaning"]);
    expect(documented).to.deep.equal(Object.entries(BLOCKER_REASONS));
  });
});
