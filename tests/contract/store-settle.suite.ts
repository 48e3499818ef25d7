/** The part of the store's suite about decisions under locks: failures, cancels, what is given back, retries by hand, dead letters. */
import { expect } from "chai";
import { EXECUTION_OUTCOMES } from "../../server/core/settlement.js";
import { storeDeadLettersSuite } from "./store-dead-letters.suite.js";
import { bytes, failure, LOSSES_MAX, type StoreWorld } from "./store-world.js";
import { codeOf } from "./store-refusal.js";

export function storeSettleSuite(current: () => StoreWorld): void {
  describe("deciding under locks", () => {
    failureSuite(current);
    givenBackSuite(current);
    cancelSuite(current);
    retrySuite(current);
    judgeSuite(current);
  });
  storeDeadLettersSuite(current);
}

function failureSuite(current: () => StoreWorld): void {
  it("schedules the next attempt after a failure, and ends with the last", async () => {
    const world = current();
    const backoff = { kind: "fixed", baseMs: 60_000, capMs: 60_000, jitter: 0 } as const;
    const [id = 0] = await world.submit([{ maxAttempts: 2, backoff }]);
    const session = await world.register();
    await world.run(session, [id]);
    const readyAt = (await world.row(id)).ready_at;
    const verdict = await world.report(id, failure());
    expect(verdict).to.include({ disposition: "committed", willRetry: true });
    const waiting = await world.row(id);
    expect(waiting).to.include({ state: "scheduled", state_reason: "retry", attempt: 1, session_id: null });
    expect(waiting.error).to.include({ message: "it failed" });
    expect((waiting.run_at?.getTime() ?? 0) - (await world.store.databaseNowMs())).to.be.within(
      50_000,
      60_000,
    );
    await world.database.kysely
      .updateTable("jobs")
      .set({ run_at: new Date(1) })
      .where("id", "=", id)
      .execute();
    await world.store.promoteDue(1_000);
    expect((await world.row(id)).ready_at).to.deep.equal(readyAt);
    await world.run(session, [id]);
    expect(await world.report(id, failure({ timedOut: true }), 2)).to.include({ willRetry: false });
    expect(await world.row(id)).to.include({
      state: "dead",
      state_reason: "execution_timeout",
      run_at: null,
    });
    const outcomes = (await world.executions(id)).map(
      (execution) => EXECUTION_OUTCOMES[execution.outcome ?? -1],
    );
    expect(outcomes).to.deep.equal(["failed", "timed_out"]);
  });

  it("counts a delay from the end of the attempt, of each job of a batch", async () => {
    const world = current();
    const ids = await world.submit(Array.from({ length: 300 }, () => ({})));
    await world.run(await world.register({ maxInFlight: 300 }), ids);
    await world.giveBack(ids, "released", 1, 60_000);
    const { rows } = await world.database.withHot((client) =>
      client.query<{ sooner: number }>(
        `select count(*)::int as sooner from jobs j join job_executions e on e.job_id = j.id
          where j.id = any ($1) and j.run_at - e.ended_at < interval '60 seconds'`,
        [ids],
      ),
    );
    expect(rows[0]?.sooner).to.equal(0);
  });

  it("goes by the job's rule for the type of error, and ends its dependents with it", async () => {
    const world = current();
    const plain = { kind: "fixed", baseMs: 60_000, capMs: 60_000, jitter: 0 } as const;
    const rule = { errorType: "Error", nonRetryable: true, maxAttempts: null, backoff: null };
    const ids = await world.submit([
      { backoff: { ...plain, rules: [rule] } },
      { backoff: { ...plain, rules: [{ ...rule, errorType: "TypeError" }] } },
      { siblingParents: [0] },
    ]);
    const [ruled = 0, other = 0] = ids;
    await world.run(await world.register(), [ruled, other]);
    expect(await world.report(ruled, failure())).to.include({ willRetry: false });
    expect(await world.report(other, failure())).to.include({ willRetry: true });
    expect(await world.row(ruled)).to.include({ state: "dead", state_reason: "non_retryable" });
    expect(await world.states(ids)).to.deep.equal(["dead", "scheduled", "cancelled"]);
  });

  it("ends dependents by their policy, transitively, when a job is dead", async () => {
    const world = current();
    const ids = await world.submit([
      {},
      { siblingParents: [0], onParentFailure: "cancel" },
      { siblingParents: [0], onParentFailure: "fail" },
      { siblingParents: [0], onParentFailure: "run" },
      { siblingParents: [1, 2], onParentFailure: "cancel" },
      { siblingParents: [1, 3], onParentFailure: "run" },
    ]);
    await world.run(await world.register(), ids.slice(0, 1));
    await world.report(ids[0] ?? 0, failure({ nonRetryable: true }));
    const rows = await Promise.all(ids.map((id) => world.row(id)));
    expect(rows.map((row) => [row.state, row.state_reason])).to.deep.equal([
      ["dead", "non_retryable"],
      ["cancelled", "parent_failed"],
      ["dead", "parent_failed"],
      ["ready", null],
      ["cancelled", "parent_cancelled"],
      ["blocked", null],
    ]);
    expect(rows[5]?.pending_parents).to.equal(1);
    expect(rows[4]?.finished_at).to.not.equal(null);
  });

  it("takes run_at off what ends while it waits, so that the scheduler never meets it", async () => {
    const world = current();
    const runAtMs = Date.now() + 60_000;
    const ids = await world.submit([{}, { siblingParents: [0], runAtMs }, { siblingParents: [1], runAtMs }]);
    await world.cancel.cancelJob(ids[0] ?? 0, "no", 0);
    const rows = await Promise.all(ids.map((id) => world.row(id)));
    expect(rows.map((row) => [row.state, row.run_at])).to.deep.equal(ids.map(() => ["cancelled", null]));
  });
}

function givenBackSuite(current: () => StoreWorld): void {
  it("makes released and lost jobs ready again without spending an attempt", async () => {
    const world = current();
    const [released = 0, lost = 0, later = 0, stale = 0] = await world.submit([{}, {}, {}, {}]);
    await world.run(await world.register(), [released, lost, later, stale]);
    await world.giveBack([released], "released");
    await world.giveBack([lost], "lost");
    await world.giveBack([later], "released", 1, 60_000);
    await world.giveBack([stale], "released", 7);
    const rows = await Promise.all([released, lost, later, stale].map((id) => world.row(id)));
    expect(rows.map((row) => [row.state, row.attempt, row.losses, row.lease_epoch])).to.deep.equal([
      ["ready", 0, 0, 1],
      ["ready", 0, 1, 1],
      ["scheduled", 0, 0, 1],
      ["running", 1, 0, 1],
    ]);
    expect(rows[2]?.state_reason).to.equal("released");
    expect((await world.executions(lost))[0]?.outcome).to.equal(EXECUTION_OUTCOMES.indexOf("lost"));
    await world.giveBack([lost], "lost");
    expect((await world.row(lost)).losses).to.equal(1);
  });

  it("ends a job that was lost too often as poison, with its dependents", async () => {
    const world = current();
    const [id = 0, child = 0] = await world.submit([{}, { siblingParents: [0] }]);
    const session = await world.register();
    for (let epoch = 1; epoch <= LOSSES_MAX; epoch++) {
      await world.run(session, [id]);
      await world.giveBack([id], "lost", epoch);
    }
    expect(await world.row(id)).to.include({ state: "dead", state_reason: "poison", losses: LOSSES_MAX });
    expect(await world.states([child])).to.deep.equal(["cancelled"]);
  });
}

function cancelSuite(current: () => StoreWorld): void {
  it("ends at once what waits, with its dependents", async () => {
    const world = current();
    const ids = await world.submit([{}, { siblingParents: [0] }, { siblingParents: [1] }]);
    const [later = 0] = await world.submit([{ runAtMs: Date.now() + 60_000 }]);
    expect(await world.cancel.cancelJob(ids[0] ?? 0, "not needed", 0)).to.deep.equal({
      state: "cancelled",
      won: true,
    });
    expect(await world.cancel.cancelJob(later, "not needed", 0)).to.deep.equal({
      state: "cancelled",
      won: true,
    });
    expect(await world.states([...ids, later])).to.deep.equal(Array(4).fill("cancelled"));
    expect((await world.row(ids[0] ?? 0)).state_reason).to.equal("not needed");
    expect(await world.cancel.cancelJob(later, "again", 0)).to.deep.equal({ state: "cancelled", won: false });
    expect(await world.claim(await world.register(), [later])).to.deep.equal({
      assignments: [],
      stillReady: [],
    });
  });

  it("marks what runs and leaves an order for the session that has it, once", async () => {
    const world = current();
    const [id = 0] = await world.submit([{}]);
    const session = await world.register();
    await world.run(session, [id]);
    expect(await world.cancel.cancelJob(id, "stop", 250)).to.deep.equal({ state: "running", won: true });
    await world.cancel.cancelJob(id, "stop again", 250);
    const orders = await world.store.ordersFor([session]);
    expect(orders).to.have.length(1);
    expect(orders[0]).to.include({
      kind: "cancel",
      jobId: id,
      leaseEpoch: 1,
      reason: "stop",
      graceMs: 250,
      attempt: 1,
    });
    await world.report(id, { kind: "cancelled", reason: "" });
    expect(await world.row(id)).to.include({ state: "cancelled", state_reason: "stop" });
    expect((await world.executions(id))[0]?.outcome).to.equal(EXECUTION_OUTCOMES.indexOf("cancelled"));
  });

  it("lets a success win over a requested cancel, and the cancel over everything else", async () => {
    const world = current();
    const ids = await world.submit([{}, {}, {}, {}]);
    const [success = 0, failed = 0, lost = 0, released = 0] = ids;
    await world.run(await world.register(), ids);
    for (const id of ids) await world.cancel.cancelJob(id, "stop", 60_000);
    await world.succeed([success]);
    await world.report(failed, failure());
    await world.giveBack([lost], "lost");
    await world.giveBack([released], "released");
    expect(await world.states(ids)).to.deep.equal(["succeeded", "cancelled", "cancelled", "cancelled"]);
  });

  it("cancels a graph from its last jobs on and counts each job once", async () => {
    const world = current();
    const ids = await world.submit([{}, {}, { siblingParents: [0] }, { siblingParents: [1, 2] }]);
    await world.run(await world.register(), ids.slice(0, 2));
    await world.succeed(ids.slice(0, 1));
    expect(await world.cancel.cancelJobs(ids, "all", 60_000)).to.deep.equal({
      cancelled: 2,
      requested: 1,
      alreadyTerminal: 1,
    });
    expect(await world.cancel.cancelJobs(ids, "all", 0)).to.deep.equal({
      cancelled: 1,
      requested: 0,
      alreadyTerminal: 3,
    });
  });
}

function retrySuite(current: () => StoreWorld): void {
  it("opens a new generation of a dead job", async () => {
    const world = current();
    const [id = 0] = await world.submit([{ maxAttempts: 1 }]);
    const session = await world.register();
    await world.run(session, [id]);
    await world.report(id, failure());
    expect(await world.retry.retryJob(id)).to.deep.equal({ state: "ready", generation: 2 });
    expect(await world.row(id)).to.include({
      state: "ready",
      attempt: 0,
      losses: 0,
      generation: 2,
      lease_epoch: 1,
      finished_at: null,
      state_reason: null,
    });
    await world.run(session, [id]);
    expect(await world.succeed([id], 1), "the result of the generation before").to.deep.equal([]);
    expect(await world.succeed([id], 2)).to.deep.equal([id]);
    expect(await codeOf(() => world.retry.retryJob(id))).to.equal("ILLEGAL_TRANSITION");
  });

  it("waits for its open parents again, and is refused behind one that failed", async () => {
    const world = current();
    const [parent = 0, child = 0] = await world.submit([{}, { siblingParents: [0] }]);
    await world.cancel.cancelJob(parent, "no", 0);
    expect(await codeOf(() => world.retry.retryJob(child))).to.equal("ILLEGAL_TRANSITION");
    await world.retry.retryJob(parent);
    expect(await world.retry.retryJob(child)).to.deep.equal({ state: "blocked", generation: 2 });
    expect(await world.row(child)).to.include({ pending_parents: 1, ready_at: null });
    await world.run(await world.register(), [parent]);
    await world.succeed([parent], 1);
    expect(await world.states([child])).to.deep.equal(["ready"]);
  });

  it("is waited for again by dependents that had counted it as settled", async () => {
    const world = current();
    const [parent = 0, other = 0, child = 0] = await world.submit([
      {},
      {},
      { siblingParents: [0, 1], onParentFailure: "run" },
    ]);
    const session = await world.register();
    await world.cancel.cancelJob(parent, "no", 0);
    expect((await world.row(child)).pending_parents).to.equal(1);
    await world.retry.retryJob(parent);
    expect((await world.row(child)).pending_parents).to.equal(2);
    await world.run(session, [parent, other]);
    await world.succeed([parent]);
    expect(await world.states([child])).to.deep.equal(["blocked"]);
    await world.succeed([other]);
    expect(await world.states([child])).to.deep.equal(["ready"]);
  });
}

function judgeSuite(current: () => StoreWorld): void {
  it("calls a repeat a duplicate, another result a conflict, an old one stale, one of no job unknown", async () => {
    const world = current();
    const [same = 0, other = 0, lost = 0, open = 0] = await world.submit([{}, {}, {}, {}]);
    await world.run(await world.register(), [same, other, lost, open]);
    for (const jobId of [same, other])
      await world.store.finishSucceeded([{ ref: { jobId, leaseEpoch: 1 }, output: bytes("out") }]);
    await world.giveBack([lost], "lost");
    const success = (jobId: number, output: string, leaseEpoch = 1) =>
      ({ ref: { jobId, leaseEpoch }, kind: "succeeded", output: bytes(output) }) as const;
    const judged = await world.store.judge([
      success(same, "out"),
      success(other, "else"),
      success(lost, "out"),
      success(open, "out", 4),
      success(2 ** 50, "out"),
      { ref: { jobId: same, leaseEpoch: 1 }, kind: "failed", output: null },
      { ref: { jobId: same, leaseEpoch: 2 }, kind: "succeeded", output: bytes("out") },
    ]);
    expect(judged).to.deep.equal([
      "duplicate",
      "conflict",
      "stale",
      "stale",
      "unknown_job",
      "conflict",
      "stale",
    ]);
  });

  it("knows a failure that was recorded, also when the job has gone on since", async () => {
    const world = current();
    const [id = 0] = await world.submit([{ backoff: { kind: "fixed", baseMs: 0, capMs: 0, jitter: 0 } }]);
    const session = await world.register();
    await world.run(session, [id]);
    await world.report(id, failure());
    expect((await world.report(id, failure())).disposition).to.equal("duplicate");
    await world.store.promoteDue(1_000);
    await world.run(session, [id]);
    expect((await world.report(id, failure())).disposition).to.equal("duplicate");
    expect((await world.report(id, { kind: "succeeded", output: null })).disposition).to.equal("stale");
    expect((await world.row(id)).state).to.equal("running");
  });
}
