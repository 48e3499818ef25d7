/** The ports that say nothing take every report, so that code under test needs no telemetry. */
import { expect } from "chai";
import { NO_METRICS } from "../../../server/core/metrics.js";
import { NO_LOG } from "../../../server/core/ports.js";
import { createMetrics } from "../../../server/telemetry/metrics.js";

describe("the silent ports", () => {
  it("take every report that the real metrics take", () => {
    const metrics = createMetrics();
    metrics.stop();
    const reports = Object.keys(metrics).filter((name) => name !== "scrape" && name !== "stop");
    expect(Object.keys(NO_METRICS)).to.have.members(reports);
    for (const report of Object.values(NO_METRICS)) expect(report("any", 1, 2)).to.equal(undefined);
  });

  it("take every level of log line", () => {
    for (const line of Object.values(NO_LOG)) expect(line({}, "event")).to.equal(undefined);
  });
});
