import { status as grpcStatus } from "@grpc/grpc-js";
import { expect } from "chai";
import { ERRORS, invalid, MusterError, type ErrorCode } from "../../../server/core/errors.js";
import { toStatus } from "../../../server/rpc/status.js";
import { logLines } from "./log-lines.js";
import { richError } from "./rich-errors.js";

function statusOf(error: unknown) {
  const { logger, lines } = logLines();
  const status = toStatus(error, { logger, method: "JobsService/GetJob" });
  return { status, rich: richError(status.metadata), lines };
}

describe("toStatus", () => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    it(`gives ${code} its status and its reason`, () => {
      const { status, rich } = statusOf(new MusterError(code, "why"));
      expect(status.code).to.equal(grpcStatus[ERRORS[code].status]);
      expect(rich).to.include({ code: status.code, reason: code, domain: "muster", message: status.details });
    });
  }

  it("adds a RetryInfo to every code whose advice is to come back after the delay in it", () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      if (!ERRORS[code].retry.includes("RetryInfo")) continue;
      expect(statusOf(new MusterError(code, "why")).rich.retryDelay, code).to.not.equal(null);
    }
    const { rich } = statusOf(new MusterError("OVERLOADED", "why", { retryDelayMs: 2_250 }));
    expect(rich.retryDelay).to.deep.equal({ seconds: 2, nanos: 250_000_000 });
  });

  it("names each bad field, what was expected and what was got", () => {
    const violations = [{ field: "jobs[3].priority", expected: "-1000 to 1000", got: "2000" }];
    const { status, rich } = statusOf(invalid("INVALID_JOB", violations));
    expect(status.details).to.equal("jobs[3].priority: expected -1000 to 1000, got 2000");
    expect(rich.violations).to.deep.equal([
      { field: "jobs[3].priority", description: "expected -1000 to 1000, got 2000" },
    ]);
  });

  it("keeps the details under 4 KiB on the wire by leaving violations out", () => {
    const violations = Array.from({ length: 50 }, (_, index) => ({
      field: `jobs[${index}].labels[${"k".repeat(500)}]`,
      expected: "ö".repeat(500),
      got: "😀".repeat(500),
    }));
    const metadata = Object.fromEntries(violations.map(({ got }, index) => [`key-${index}`, got]));
    const { status, rich } = statusOf(
      new MusterError("INVALID_JOB", "😀".repeat(5_000), { violations, metadata }),
    );
    expect(Math.ceil(rich.bytes / 3) * 4).to.be.at.most(4_096);
    expect(Number(rich.info["violations_omitted"]) + rich.violations.length).to.equal(50);
    expect(encodeURI(status.details).length).to.be.at.most(1_600);
  });

  it("survives a message that is not well-formed Unicode", () => {
    const { status } = statusOf(new MusterError("INVALID_REQUEST", "half a pair: \ud83d"));
    expect(encodeURI(status.details)).to.include("half%20a%20pair");
  });

  it("tells nothing of a bug but an id, and logs the cause under it once", () => {
    const cause = new Error('relation "jobs" does not exist');
    for (const error of [cause, new MusterError("BUG", "the invariant of foo", { cause })]) {
      const { status, rich, lines } = statusOf(error);
      const id = rich.info["id"];
      expect(id).to.match(/^[0-9a-f]{16}$/);
      expect(status.details).to.equal(`internal error; the server's log has it under id ${id}`);
      expect(lines).to.deep.equal([
        { level: "error", event: "rpc.bug", fields: { method: "JobsService/GetJob", bugId: id, error } },
      ]);
    }
  });

  it("copes with anything that can be thrown", () => {
    for (const thrown of [undefined, null, "text", 7, { code: 3 }]) {
      expect(statusOf(thrown).rich.reason).to.equal("BUG");
    }
  });

  it("logs a refusal as debug and a lost dependency, with its cause, as warn", () => {
    expect(statusOf(new MusterError("JOB_NOT_FOUND", "no job")).lines[0]?.level).to.equal("debug");
    const cause = new Error("connection refused");
    const [line] = statusOf(new MusterError("STORE_DOWN", "no store", { cause })).lines;
    expect(line).to.deep.include({ level: "warn", event: "rpc.refused" });
    expect(line?.fields["error"]).to.equal(cause);
  });
});
