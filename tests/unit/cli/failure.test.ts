import { CommanderError } from "commander";
import { expect } from "chai";
import { badInput, CliError, EXIT } from "../../../server/cli/exit-codes.js";
import { isNotFound, toFailure } from "../../../server/cli/failure.js";
import { ConfigError } from "../../../server/config.js";
import { MusterClientError } from "../../../worker-sdk/typescript/index.js";

const refused = (grpcStatus: string, code: string) =>
  new MusterClientError("jobs[0].type: expected a name, got nothing", { code, grpcStatus });

describe("toFailure", () => {
  it("keeps the exit code and the line of our own errors", () => {
    expect(toFailure(badInput("port", "a number", '"x"'))).to.deep.equal({
      exitCode: EXIT.badInput,
      message: 'port: expected a number, got "x"',
    });
    expect(toFailure(new CliError(EXIT.workFailed, "m")).exitCode).to.equal(1);
  });

  it("gives what the server refused an exit code by its status, and its code in the line", () => {
    const codes = [
      ["INVALID_ARGUMENT", "INVALID_JOB", 2],
      ["FAILED_PRECONDITION", "ILLEGAL_TRANSITION", 2],
      ["UNAVAILABLE", "STORE_DOWN", 3],
      ["DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED", 3],
      ["NOT_FOUND", "JOB_NOT_FOUND", 4],
      ["INTERNAL", "BUG", 5],
    ] as const;
    for (const [status, code, exitCode] of codes) {
      expect(toFailure(refused(status, code)), status).to.deep.equal({
        exitCode,
        message: `jobs[0].type: expected a name, got nothing (${code})`,
      });
    }
    expect(isNotFound(refused("NOT_FOUND", "JOB_NOT_FOUND"))).to.equal(true);
    expect(isNotFound(refused("INTERNAL", "BUG"))).to.equal(false);
  });

  it("lists every problem of a bad configuration as bad input", () => {
    const problems = [
      { name: "MUSTER_PORT", expected: "a number", got: '"x"' },
      { name: "REDIS_URL", expected: "a URL", got: "nothing" },
    ];
    const failure = toFailure(new ConfigError(problems));
    expect(failure.exitCode).to.equal(EXIT.badInput);
    expect(failure.message).to.contain("MUSTER_PORT").and.to.contain("REDIS_URL");
  });

  it("says nothing twice: commander has printed its errors itself", () => {
    expect(toFailure(new CommanderError(1, "commander.unknownOption", "m"))).to.deep.equal({
      exitCode: EXIT.badInput,
      message: "",
    });
    expect(toFailure(new CommanderError(0, "commander.helpDisplayed", "m")).exitCode).to.equal(EXIT.ok);
  });

  it("puts anything else on one line", () => {
    expect(toFailure(new Error("a\n  b"))).to.deep.equal({ exitCode: EXIT.unexpected, message: "a; b" });
    expect(toFailure("text")).to.deep.equal({ exitCode: EXIT.unexpected, message: "text" });
  });
});
