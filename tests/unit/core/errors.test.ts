import { expect } from "chai";
import { ERRORS, invalid, MusterError, VIOLATIONS_MAX } from "../../../server/core/errors.js";

const violation = (n: number) => ({ field: `jobs[${n}].priority`, expected: "a number", got: "a word" });

describe("the error table", () => {
  it("says for every code its status, whether to try again, and when it comes", () => {
    for (const [code, row] of Object.entries(ERRORS)) {
      expect(code).to.match(/^[A-Z][A-Z_]+$/);
      expect(row.retry, code).to.not.equal("");
      expect(row.when, code).to.match(/^[a-zA-Z].*[^.]$/);
    }
  });

  it("promises nothing from trying bad input again", () => {
    for (const [code, row] of Object.entries(ERRORS)) {
      if (row.status === "INVALID_ARGUMENT" || row.status === "NOT_FOUND")
        expect(row.retry, code).to.equal("no");
    }
  });
});

describe("MusterError", () => {
  it("has the status of its code, and keeps its cause", () => {
    const cause = new Error("socket closed");
    const error = new MusterError("STORE_DOWN", "Postgres is away", { cause, retryDelayMs: 100 });
    expect(error).to.be.instanceOf(Error);
    expect(error).to.include({ name: "MusterError", code: "STORE_DOWN", status: "UNAVAILABLE", cause });
    expect(error.details.retryDelayMs).to.equal(100);
    expect("cause" in new MusterError("BUG", "x")).to.equal(false);
  });
});

describe("invalid", () => {
  it("names the first violation in its message and all in its details", () => {
    const error = invalid("INVALID_JOB", [violation(3), violation(5)]);
    expect(error.message).to.equal("jobs[3].priority: expected a number, got a word (and 1 more)");
    expect(error.details.violations).to.deep.equal([violation(3), violation(5)]);
    expect(invalid("INVALID_JOB", [violation(0)]).message).to.not.contain("more");
  });

  it("keeps the first fifty and counts them all", () => {
    const many = Array.from({ length: 60 }, (_, n) => violation(n));
    const error = invalid("INVALID_JOB", many);
    expect(error.details.violations).to.deep.equal(many.slice(0, VIOLATIONS_MAX));
    expect(error.message).to.contain("(and 59 more)");
    expect(invalid("INVALID_JOB", many.slice(0, 50), 1000).message).to.contain("(and 999 more)");
  });
});
