/** Who is woken by which change. Needs nothing running; stands beside the tests of the watches that it serves. */
import { expect } from "chai";
import { JobChanges } from "../../server/coordinator/watch-changes.js";

describe("JobChanges", () => {
  it("wakes the watchers of a job and of the range it lies in, and nobody else", () => {
    const changes = new JobChanges();
    const woken: string[] = [];
    changes.onJob(5, () => woken.push("job 5"));
    changes.onJob(5, () => woken.push("job 5 again"));
    changes.onJob(6, () => woken.push("job 6"));
    changes.onRange({ firstJobId: 10, lastJobId: 20 }, () => woken.push("graph"));
    changes.changed([4, 9, 21]);
    expect(woken).to.deep.equal([]);
    changes.changed([5]);
    expect(woken.splice(0)).to.deep.equal(["job 5", "job 5 again"]);
    changes.changed([10, 15, 20]);
    expect(woken.splice(0)).to.deep.equal(["graph"]);
    expect(changes.interests([4, 5, 6, 9, 10, 20, 21])).to.deep.equal([5, 6, 10, 20]);
  });

  it("knows when nobody watches any more", () => {
    const changes = new JobChanges();
    expect(changes.hasWatchers()).to.equal(false);
    const stops = [
      changes.onJob(5, () => undefined),
      changes.onJob(5, () => undefined),
      changes.onRange({ firstJobId: 1, lastJobId: 2 }, () => undefined),
    ];
    const watched = stops.map((stop) => {
      stop();
      stop(); // twice changes nothing
      return changes.hasWatchers();
    });
    expect(watched).to.deep.equal([true, true, false]);
    expect(changes.interests([1, 5])).to.deep.equal([]);
  });
});
