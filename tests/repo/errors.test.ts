/** docs/errors.md and the table in the code say the same, in the same order. */
import { expect } from "chai";
import { ERRORS } from "../../server/core/errors.js";
import { tableRows } from "./markdown-table.js";
import { read } from "./repo-files.js";

describe("docs/errors.md", () => {
  it("lists exactly the errors of core/errors.ts", () => {
    const documented = tableRows(read("docs/errors.md"), ["code", "gRPC status", "retry", "when"]);
    const defined = Object.entries(ERRORS).map(([code, { status, retry, when }]) => [
      code,
      status,
      retry,
      when,
    ]);
    expect(documented).to.deep.equal(defined);
  });
});
