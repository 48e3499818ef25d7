import { expect } from "chai";
import type { NewJob } from "../../../server/core/job.js";
import { planSubmission, type EarlierParent } from "../../../server/core/plan.js";
import { NEW_JOB } from "../../support/new-job.js";

const NOW_MS = 1000;

const job = (over: Partial<NewJob> = {}): NewJob => ({ ...NEW_JOB, priority: 1, ...over });
const parent = (id: number, over: Partial<EarlierParent> = {}): [number, EarlierParent] => [
  id,
  { id, state: "ready", basePriority: 1, effectivePriority: 1, inheritPriority: true, ...over },
];
const plan = (jobs: readonly NewJob[], ...earlier: [number, EarlierParent][]) =>
  planSubmission(
    jobs,
    jobs.map((_, at) => 100 + at),
    new Map(earlier),
    NOW_MS,
  );

describe("planSubmission", () => {
  it("starts jobs ready, for later, or blocked by what is open", () => {
    const { jobs } = plan(
      [
        job(),
        job({ runAtMs: NOW_MS + 1 }),
        job({ runAtMs: NOW_MS }),
        job({ siblingParents: [0, 1], earlierParents: [7, 8] }),
      ],
      parent(7),
      parent(8, { state: "succeeded" }),
    );
    expect(jobs.map(({ state, pendingParents }) => [state, pendingParents])).to.deep.equal([
      ["ready", 0],
      ["scheduled", 0],
      ["ready", 0],
      ["blocked", 3],
    ]);
    expect(jobs[3]?.parentIds).to.deep.equal([7, 8, 100, 101]);
  });

  it("ends jobs whose parent had failed before, and their siblings behind them", () => {
    const { jobs } = plan(
      [
        job({ earlierParents: [7] }),
        job({ earlierParents: [7], onParentFailure: "fail" }),
        job({ earlierParents: [7], onParentFailure: "run" }),
        job({ siblingParents: [0] }),
      ],
      parent(7, { state: "dead" }),
    );
    expect(jobs.map(({ state, reason }) => [state, reason])).to.deep.equal([
      ["cancelled", "parent_failed"],
      ["dead", "parent_failed"],
      ["ready", null],
      ["cancelled", "parent_cancelled"],
    ]);
  });

  it("raises open parents to their most urgent new dependent", () => {
    const { jobs, raises } = plan(
      [
        job({ earlierParents: [7], priority: 5 }),
        job({ earlierParents: [7], priority: 9, siblingParents: [0] }),
      ],
      parent(7),
    );
    expect(
      jobs.map(({ effectivePriority, prioritySource }) => [effectivePriority, prioritySource]),
    ).to.deep.equal([
      [9, 101],
      [9, null],
    ]);
    expect(raises).to.deep.equal([{ parentId: 7, priority: 9, sourceId: 100 }]);
  });

  it("raises nothing for the sake of a job that is over before it began", () => {
    const { jobs, raises } = plan(
      [job(), job({ priority: 9, siblingParents: [0], earlierParents: [7, 8] })],
      parent(7, { state: "dead" }),
      parent(8),
    );
    expect(jobs.map(({ state, effectivePriority }) => [state, effectivePriority])).to.deep.equal([
      ["ready", 1],
      ["cancelled", 9],
    ]);
    expect(raises).to.deep.equal([]);
  });
});
