/** One JSON line for each fact. */
import { expect } from "chai";
import { createLogger, type LoggerOptions } from "../../../server/telemetry/logger.js";

function capture(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({
    level: "info",
    format: "json",
    base: { serverId: "s1" },
    destination: { write: (line) => void lines.push(line) },
    ...options,
  });
  return { log, read: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe("createLogger", () => {
  it("writes the event as msg, the level as a word, the fields and the base", () => {
    const { log, read } = capture();
    log.info({ workerId: "w1", sessionId: 7 }, "session.registered");
    log.warn({}, "queue.down");
    expect(read()[0]).to.include({
      level: "info",
      msg: "session.registered",
      workerId: "w1",
      sessionId: 7,
      serverId: "s1",
    });
    expect(new Date(String(read()[0]?.["time"])).getTime()).to.be.closeTo(Date.now(), 60_000);
    expect(read()[1]).to.include({ level: "warn", msg: "queue.down" });
  });

  it("keeps the cause and the stack of an error", () => {
    const { log, read } = capture();
    log.error({ error: new Error("outer", { cause: new Error("inner") }) }, "store.down");
    const error = read()[0]?.["error"] as Record<string, string>;
    expect(error["message"]).to.contain("outer").and.contain("inner");
    expect(error["stack"]).to.contain("logger.test");
  });

  it("is silent below its level", () => {
    const { log, read } = capture();
    log.debug({ jobId: 1 }, "job.claimed");
    expect(read()).to.deep.equal([]);
    const loud = capture({ level: "debug" });
    loud.log.debug({ jobId: 1 }, "job.claimed");
    expect(loud.read()).to.have.length(1);
  });
});
