/** What an order can reach at best, on graphs small enough to schedule by hand. */
import { expect } from "chai";
import type { BenchGraph } from "../../../bench/support/graph-file.js";
import { listScheduleMs } from "../../../bench/support/list-schedule.js";

function graph(...tasks: readonly (readonly [runtimeMs: number, ...parents: number[]])[]): BenchGraph {
  return {
    name: "by hand",
    tasks: tasks.map(([runtimeMs, ...parents], at) => ({ key: String(at), parents, runtimeMs })),
  };
}

describe("the best that an order can reach", () => {
  it("is the work when there is one slot, and the critical path when there are enough", () => {
    const diamond = graph([10], [20, 0], [30, 0], [5, 1, 2]);
    for (const order of ["ready", "critical-path"] as const) {
      expect(listScheduleMs(diamond, 1, order)).to.equal(65);
      expect(listScheduleMs(diamond, 2, order)).to.equal(45);
    }
    expect(listScheduleMs(graph(), 3, "ready")).to.equal(0);
  });

  it("is less when what is long goes first", () => {
    // Two short tasks before the head of a long chain: first in, first out starts the chain late.
    const late = graph([10], [10], [10], [40, 2]);
    expect(listScheduleMs(late, 2, "ready")).to.equal(60);
    expect(listScheduleMs(late, 2, "critical-path")).to.equal(50);
  });
});
