/**
 * Every gap between two systems, hit on purpose: at each failpoint of the server the process dies, and in another
 * run the path waits for 3 s while the rest goes on. No promise is broken by it, and everything ends.
 * Two points go side by side, and the two runs of each, every one on a Postgres and a Redis of its own: most of the
 * time all of them wait.
 */
import { expect } from "chai";
import { FAILPOINTS, type Failpoint } from "../../server/core/failpoints.js";
import {
  FAILPOINT_ACTIONS,
  openFailpointWorld,
  runFailpoint,
  type FailpointOutcome,
} from "../support/failpoint-run.js";
import { eventually } from "../support/eventually.js";
import { note } from "../support/fault-figures.js";
import type { FaultWorld } from "../support/fault-world.js";

const POINTS = Object.keys(FAILPOINTS) as Failpoint[];
const POINTS_AT_ONCE = 2;

type Outcomes = readonly PromiseSettledResult<FailpointOutcome>[];

describe("failpoints", function () {
  this.timeout(300_000);
  /** A world for each action; those that no point has now. */
  const free: FaultWorld[][] = [];
  const begun = new Map<Failpoint, Promise<Outcomes>>();
  const figures = { runs: 0, jobs: 0, rerun: 0 };

  before(async () => {
    const opening = Array.from({ length: POINTS_AT_ONCE }, () =>
      Promise.all(FAILPOINT_ACTIONS.map(openFailpointWorld)),
    );
    free.push(...(await Promise.all(opening)));
  });

  after(async () => {
    note("runs over failpoints", figures.runs, "");
    note("jobs in them", figures.jobs, "");
    note("handlers begun more than once in them", figures.rerun, "");
    await Promise.all(begun.values());
    await Promise.all(free.flat().map((world) => world.close()));
  });

  function outcomesOf(point: Failpoint): Promise<Outcomes> {
    const known = begun.get(point) ?? runBoth(point);
    begun.set(point, known);
    return known;
  }

  async function runBoth(point: Failpoint): Promise<Outcomes> {
    const worlds = await eventually(() => free.shift(), 250_000);
    const runs = worlds.map((world, at) => runFailpoint(world, point, FAILPOINT_ACTIONS[at] ?? "crash"));
    const outcomes = await Promise.allSettled(runs);
    free.push(worlds);
    return outcomes;
  }

  for (const [place, point] of POINTS.entries()) {
    describe(`${point}: ${FAILPOINTS[point]}`, () => {
      let found: Outcomes;

      before(async () => {
        const next = POINTS[place + 1];
        const own = outcomesOf(point);
        if (next !== undefined) void outcomesOf(next);
        found = await own;
      });

      for (const [at, action] of FAILPOINT_ACTIONS.entries()) {
        it(action === "crash" ? "the server dies" : "waits for 3 s", () => {
          const outcome = found[at];
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
