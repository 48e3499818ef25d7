import { expect } from "chai";
import { ReferenceModel, type ModelSpec } from "../../model/reference-model.js";

const spec = (over: Partial<ModelSpec> = {}): ModelSpec => ({
  parents: [],
  onParentFailure: "cancel",
  maxAttempts: 2,
  later: false,
  ...over,
});

function modelOf(...specs: ModelSpec[]): ReferenceModel {
  const model = new ReferenceModel(2);
  model.submit(specs);
  return model;
}

const states = (model: ReferenceModel) => model.seen().map(({ state }) => state);

function run(model: ReferenceModel, job: number, outcome: Parameters<ReferenceModel["finish"]>[1]): void {
  const leaseEpoch = model.claim(job, 0);
  if (leaseEpoch === null) throw new Error(`job ${job} cannot be claimed`);
  expect(model.finish({ job, leaseEpoch }, outcome)).to.equal(true);
}

describe("ReferenceModel", () => {
  it("runs a diamond from top to bottom", () => {
    const model = modelOf(spec(), spec({ parents: [0] }), spec({ parents: [0] }), spec({ parents: [1, 2] }));
    expect(states(model)).to.deep.equal(["ready", "blocked", "blocked", "blocked"]);
    run(model, 0, "succeeded");
    run(model, 1, "succeeded");
    expect(model.seen()[3]).to.deep.include({ state: "blocked", pendingParents: 1 });
    run(model, 2, "succeeded");
    expect(states(model)).to.deep.equal(["succeeded", "succeeded", "succeeded", "ready"]);
  });

  it("applies every policy when a parent fails, down to the last dependent", () => {
    const model = modelOf(
      spec({ maxAttempts: 1 }),
      spec({ parents: [0] }),
      spec({ parents: [0], onParentFailure: "fail" }),
      spec({ parents: [0, 1, 2], onParentFailure: "run" }),
      spec({ parents: [1] }),
    );
    run(model, 0, "failed");
    expect(model.seen().map(({ state, cause }) => [state, cause])).to.deep.equal([
      ["dead", "exhausted"],
      ["cancelled", "parent"],
      ["dead", "parent"],
      ["ready", null],
      ["cancelled", "parent"],
    ]);
    model.submit([
      spec({ parents: [0] }),
      spec({ parents: [5] }),
      spec({ parents: [0], onParentFailure: "run" }),
    ]);
    expect(states(model).slice(5)).to.deep.equal(["cancelled", "cancelled", "ready"]);
  });

  it("tries again until the attempts are spent", () => {
    const model = modelOf(spec());
    run(model, 0, "failed");
    expect(states(model)).to.deep.equal(["scheduled"]);
    model.advance();
    run(model, 0, "failed");
    expect(model.seen()[0]).to.deep.include({ state: "dead", attempt: 2, leaseEpoch: 2, cause: "exhausted" });
  });

  it("spends no attempt on what is given back or lost, and calls poison what is lost too often", () => {
    const model = modelOf(spec());
    expect(model.claim(0, 1)).to.equal(1);
    expect(model.claim(0, 2)).to.equal(null);
    expect(model.release({ job: 0, leaseEpoch: 1 }, true)).to.equal(true);
    expect(model.release({ job: 0, leaseEpoch: 1 }, true)).to.equal(false);
    expect(model.seen()[0]).to.deep.include({ state: "scheduled", attempt: 0 });
    model.advance();
    model.claim(0, 1);
    model.loseSession(0);
    expect(states(model)).to.deep.equal(["running"]);
    model.loseSession(1);
    expect(model.seen()[0]).to.deep.include({ state: "ready", attempt: 0, losses: 1 });
    model.claim(0, 1);
    model.loseSession(1);
    expect(model.seen()[0]).to.deep.include({ state: "dead", losses: 2, cause: "poison" });
  });

  it("refuses results of an old lease", () => {
    const model = modelOf(spec());
    model.claim(0, 0);
    model.loseSession(0);
    model.claim(0, 1);
    expect(model.finish({ job: 0, leaseEpoch: 1 }, "succeeded")).to.equal(false);
    expect(model.finish({ job: 0, leaseEpoch: 2 }, "succeeded")).to.equal(true);
    expect(model.finish({ job: 0, leaseEpoch: 2 }, "succeeded")).to.equal(false);
  });

  it("cancels what waits at once, and what runs when its worker answers", () => {
    const model = modelOf(spec(), spec({ parents: [0] }), spec({ later: true }));
    model.claim(0, 0);
    expect([model.cancel(0), model.cancel(2)]).to.deep.equal([true, true]);
    expect(model.seen()[0]).to.deep.include({ state: "running", cancelRequested: true });
    expect(states(model)).to.deep.equal(["running", "blocked", "cancelled"]);
    model.finish({ job: 0, leaseEpoch: 1 }, "failed");
    expect(states(model)).to.deep.equal(["cancelled", "cancelled", "cancelled"]);
    expect(model.cancel(0)).to.equal(false);
  });

  it("lets a success that comes before the cancel is obeyed stand, and takes back an unasked cancel", () => {
    const model = modelOf(spec(), spec());
    model.claim(0, 0);
    model.claim(1, 0);
    model.cancel(0);
    expect(model.finish({ job: 0, leaseEpoch: 1 }, "succeeded")).to.equal(true);
    expect(model.finish({ job: 1, leaseEpoch: 1 }, "cancelled")).to.equal(true);
    expect(model.seen().map(({ state, attempt }) => [state, attempt])).to.deep.equal([
      ["succeeded", 1],
      ["ready", 0],
    ]);
  });

  it("opens a new generation by hand, parents first", () => {
    const model = modelOf(spec(), spec({ parents: [0] }), spec(), spec());
    run(model, 0, "failed_for_good");
    expect(model.retry(1)).to.equal("refused");
    expect(model.retry(3)).to.equal("refused");
    expect(model.retry(0)).to.equal("ready");
    expect(model.retry(1)).to.equal("blocked");
    run(model, 0, "succeeded");
    expect(model.seen()[1]).to.deep.include({ state: "ready", generation: 2, cause: null });
  });

  it("makes a dependent wait again for a parent that is retried", () => {
    const model = modelOf(spec(), spec(), spec({ parents: [0, 1], onParentFailure: "run" }));
    run(model, 0, "failed_for_good");
    expect(model.seen()[2]).to.deep.include({ state: "blocked", pendingParents: 1 });
    model.retry(0);
    expect(model.seen()[2]).to.deep.include({ state: "blocked", pendingParents: 2 });
  });

  it("holds a job back until its time has come, also while it waits for parents", () => {
    const model = modelOf(spec(), spec({ parents: [0], later: true }), spec({ parents: [0], later: true }));
    run(model, 0, "succeeded");
    expect(states(model)).to.deep.equal(["succeeded", "scheduled", "scheduled"]);
    model.advance();
    expect(states(model)).to.deep.equal(["succeeded", "ready", "ready"]);
    const early = modelOf(spec(), spec({ parents: [0], later: true }));
    early.advance();
    run(early, 0, "succeeded");
    expect(states(early)).to.deep.equal(["succeeded", "ready"]);
  });
});
