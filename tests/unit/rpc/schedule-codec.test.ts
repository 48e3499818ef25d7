/** A schedule's work from the SDK over the wire to the server, and back as it is shown. */
import { expect } from "chai";
import { decodeCreateSchedule } from "../../../server/rpc/codec/schedule.js";
import { toScheduleSpec, type ScheduleInput } from "../../../worker-sdk/typescript/client/schedule-view.js";
import { MusterError } from "../../../server/core/errors.js";
import { overTheWire } from "./messages.js";

function received(input: ScheduleInput, change: object = {}) {
  const spec = { ...toScheduleSpec(input), ...change };
  const request = { namespace: "default", name: input.name, spec };
  return decodeCreateSchedule(overTheWire("muster.schedules.v1.CreateScheduleRequest", request)).input;
}

const jobs = [
  { key: "a", type: "t", expectedDurationMs: 2_500 },
  { key: "b", type: "t", dependsOn: ["a"] },
];

describe("codec of schedules", () => {
  it("carries the order of a graph and what its jobs are expected to take", () => {
    const { work } = received({ name: "s", cron: "@daily", graph: { jobs, order: "critical-path" } });
    expect(work.graph?.order).to.equal("critical_path");
    expect(work.jobs.map(({ expectedDurationMs }) => expectedDurationMs)).to.deep.equal([2_500, undefined]);
    expect(received({ name: "s", cron: "@daily", graph: { jobs } }).work.graph?.order).to.equal("ready");
  });

  it("names an order that it does not know", () => {
    const input = { name: "s", cron: "@daily", graph: { jobs } };
    expect(() => received(input, { graph: { jobs: [{ type: "t" }], order: 9 } }))
      .to.throw(MusterError)
      .with.property("message")
      .that.matches(/spec\.graph\.order: expected/);
  });
});
