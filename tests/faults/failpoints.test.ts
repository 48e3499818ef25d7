/**
 * Every gap between two systems, hit on purpose: at each failpoint of the server the process dies, and in another
 * run the path waits for 3 s while the rest goes on. No promise is broken by it, and everything ends.
 * The two runs of a point go side by side, each on a Postgres and a Redis of its own.
 */
import { expect } from "chai";
import { FAILPOINTS, type Failpoint } from "../../server/core/failpoints.js";
import {
  FAILPOINT_ACTIONS,
  openFailpointWorld,
  runFailpoint,
  type FailpointOutcome,
} from "../support/failpoint-run.js";
import { note } from "../support/fault-figures.js";
import type { FaultWorld } from "../support/fault-world.js";

const POINTS = Object.keys(FAILPOINTS) as Failpoint[];

describe("failpoints", function () {
  this.timeout(300_000);
  let worlds: FaultWorld[];
  const figures = { runs: 0, jobs: 0, rerun: 0 };

  before(async () => {
    worlds = await Promise.all(FAILPOINT_ACTIONS.map(openFailpointWorld));
  });

  after(async () => {
    note("runs over failpoints", figures.runs, "");
    note("jobs in them", figures.jobs, "");
    note("handlers begun more than once in them", figures.rerun, "");
    await Promise.all(worlds.map((world) => world.close()));
  });

  for (const point of POINTS) {
    describe(`${point}: ${FAILPOINTS[point]}`, () => {
      let outcomes: PromiseSettledResult<FailpointOutcome>[];

      before(async () => {
        outcomes = await Promise.allSettled(
          worlds.map((world, at) => runFailpoint(world, point, FAILPOINT_ACTIONS[at] ?? "crash")),
        );
      });

      for (const [at, action] of FAILPOINT_ACTIONS.entries()) {
        it(action === "crash" ? "the server dies" : "waits for 3 s", () => {
          const outcome = outcomes[at];
          if (outcome?.status !== "fulfilled") throw outcome?.reason;
          const { inFlight, jobs, rerun } = outcome.value;
          expect(inFlight, "jobs in flight when it was reached").to.be.above(0);
          expect(jobs).to.be.above(3); // those that run long from before, and some of the load
          figures.runs++;
          figures.jobs += jobs;
          figures.rerun += rerun;
        });
      }
    });
  }
});
