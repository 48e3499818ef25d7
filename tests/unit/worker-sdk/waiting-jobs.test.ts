/** Which of the jobs that were fetched ahead gets the next free slot. */
import { expect } from "chai";
import fc from "fast-check";
import { WaitingJobs, type WaitingJob } from "../../../worker-sdk/typescript/worker/waiting-jobs.js";

interface Named extends WaitingJob {
  readonly name: string;
}

const PATIENCE_MS = 100;

describe("WaitingJobs", () => {
  type Waiting = readonly [name: string, priority: number, receivedAtMs?: number, slackMs?: number];

  function waiting(...jobs: readonly Waiting[]) {
    const line = new WaitingJobs<Named>(PATIENCE_MS);
    for (const [name, priority, receivedAtMs = 0, slackMs = 0] of jobs)
      line.add({ name, priority, receivedAtMs, slackMs });
    return line;
  }

  function order(line: WaitingJobs<Named>, nowMs = 0): string[] {
    const names: string[] = [];
    for (let job = line.next(nowMs); job !== undefined; job = line.next(nowMs)) names.push(job.name);
    return names;
  }

  it("starts high before medium before low, first in first out within a level", () => {
    const line = waiting(["l", 1], ["m", 2], ["h", 4], ["n", 3], ["i", 1000], ["k", -1000]);
    expect(order(line)).to.deep.equal(["h", "i", "m", "n", "l", "k"]);
    expect([line.size, line.oldestMs]).to.deep.equal([0, undefined]);
  });

  it("lets those go first within a level that came as much later as a job has slack", () => {
    const line = waiting(["c", 3, 0, 20], ["a", 3, 0, 10], ["b", 3, 10], ["l", 1], ["d", 3, 15, 10]);
    expect(line.oldestMs).to.equal(0);
    expect(order(line, 15)).to.deep.equal(["a", "b", "c", "d", "l"]);
  });

  it("gives up those that came early enough, whatever their slack", () => {
    const line = waiting(["a", 3, 1, 50], ["b", 3, 5], ["c", 3, 2, 60]);
    expect(line.takeUntil(2).map(({ name }) => name)).to.deep.equal(["a", "c"]);
    expect([line.size, line.oldestMs]).to.deep.equal([1, 5]);
    expect(order(line, 5)).to.deep.equal(["b"]);
  });

  it("lets nobody be overtaken any more who has waited long", () => {
    const line = waiting(["low", 1, 0], ["high", 5, 50], ["medium", 3, 60]);
    expect(order(line, PATIENCE_MS)).to.deep.equal(["low", "high", "medium"]);
  });

  it("gives up those that came early enough, of every level", () => {
    const line = waiting(["a", 1, 1], ["b", 5, 2], ["c", 1, 3], ["d", 3, 4]);
    expect(line.takeUntil(2).map(({ name }) => name)).to.have.members(["a", "b"]);
    expect([line.size, line.oldestMs]).to.deep.equal([2, 3]);
    expect(line.takeAll().map(({ name }) => name)).to.have.members(["c", "d"]);
    expect(line.size).to.equal(0);
  });

  it("loses none and doubles none, however long it gets", () => {
    const priorities = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 2_000 });
    fc.assert(
      fc.property(priorities, fc.integer({ min: 1, max: 50 }), (all, takenAtOnce) => {
        const line = new WaitingJobs<Named>(PATIENCE_MS);
        const names: string[] = [];
        for (const [at, priority] of all.entries()) {
          line.add({ name: `${at}`, priority, receivedAtMs: at, slackMs: (at * 7) % 40 });
          if (at % 60 === 59)
            for (let taken = 0; taken < takenAtOnce; taken++) names.push(line.next(at)?.name ?? "none");
        }
        names.push(...order(line));
        expect(names.toSorted()).to.deep.equal(all.map((_, at) => `${at}`).toSorted());
      }),
    );
  });
});
