/** Which queues the depth gauge names. */
import { expect } from "chai";
import fc from "fast-check";
import { queueDepthSeries } from "../../../server/telemetry/queue-depth-series.js";

const depth = fc.record({ high: fc.nat(1000), medium: fc.nat(1000), low: fc.nat(1000) });

describe("queueDepthSeries", () => {
  it("names the deepest queues and sums up the rest", () => {
    const queue = (name: string, high: number) => ({
      queue: { namespace: "n", name },
      depth: { high, medium: 0, low: 1 },
    });
    const series = queueDepthSeries([queue("a", 1), queue("b", 5), queue("c", 3), queue("d", 0)], 2);
    expect(series.filter(({ level }) => level === "high")).to.deep.equal([
      { queue: "n/b", level: "high", jobs: 5 },
      { queue: "n/c", level: "high", jobs: 3 },
      { queue: "other", level: "high", jobs: 1 },
    ]);
  });

  it("loses no job and stays within its bound, whatever the depths", () => {
    fc.assert(
      fc.property(fc.array(depth, { maxLength: 40 }), fc.integer({ min: 1, max: 20 }), (depths, max) => {
        const named = depths.map((each, index) => ({
          queue: { namespace: "n", name: `q${index}` },
          depth: each,
        }));
        const series = queueDepthSeries(named, max);
        const waiting = depths.reduce((sum, each) => sum + each.high + each.medium + each.low, 0);
        expect(series.reduce((sum, { jobs }) => sum + jobs, 0)).to.equal(waiting);
        expect(series.length).to.be.most((max + 1) * 3);
      }),
    );
  });
});
