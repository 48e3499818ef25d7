/** docs/configuration.md lists exactly the variables that are read, with their defaults. */
import { expect } from "chai";
import { variables } from "../../server/config.js";
import { tableRows } from "./markdown-table.js";
import { read } from "./repo-files.js";

describe("docs/configuration.md", () => {
  it("lists every variable with its default", () => {
    const documented = tableRows(read("docs/configuration.md"), ["name", "default", "meaning"]);
    expect(documented.map(([name, otherwise]) => `${name} ${otherwise}`)).to.deep.equal(
      variables().map((variable) => `${variable.name} ${variable.default ?? "-"}`),
    );
  });
});
