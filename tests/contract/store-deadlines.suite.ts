/** The store's contract: timeouts and graces, enforced from rows by whoever looks. Time is moved, never waited for. */
import { expect } from "chai";
import { EXECUTION_OUTCOMES } from "../../server/core/settlement.js";
import { failure, type StoreWorld, TIMEOUT_GRACE_MS } from "./store-world.js";

const MINUTE_MS = 60_000;
/** Longer than the timeouts of these tests with the grace. */
const LONG_MS = 10 * MINUTE_MS;

/** @param current gives the world of the running test */
export function storeDeadlinesSuite(current: () => StoreWorld): void {
  const outcomes = async (id: number): Promise<(string | null)[]> =>
    (await current().executions(id)).map(({ outcome }) =>
      outcome === null ? null : (EXECUTION_OUTCOMES[outcome] ?? "?"),
    );

  /** One job that a session runs, started. */
  async function started(job: Parameters<StoreWorld["submit"]>[0][number]) {
    const world = current();
    const [id = 0] = await world.submit([job]);
    const session = await world.register();
    await world.run(session, [id]);
    await world.start([id]);
    const orders = async (): Promise<string[]> =>
      (await world.store.ordersFor([session])).map(({ kind, reason }) => `${kind} ${reason}`);
    return { world, id, session, orders };
  }

  /** Looks when the time is over; then again when the grace is over, too. */
  async function runOut(id: number): Promise<void> {
    for (let look = 0; look < 2; look++) {
      await current().backdate(id, LONG_MS);
      await current().enforce();
    }
  }

  it("leaves jobs without timeouts without a deadline, whatever they go through", async () => {
    const world = current();
    const ids = await world.submit([{}, { siblingParents: [0] }, {}]);
    const session = await world.register();
    await world.run(session, [ids[0] ?? 0, ids[2] ?? 0]);
    await world.start([ids[0] ?? 0]);
    await world.succeed([ids[0] ?? 0]);
    await world.report(ids[2] ?? 0, failure());
    expect(await world.deadlines(ids)).to.deep.equal([]);
  });

  it("kills what no worker took in time, and its dependents follow their policies", async () => {
    const world = current();
    const ids = await world.submit([
      { startTimeoutMs: MINUTE_MS },
      { siblingParents: [0] },
      { siblingParents: [0], onParentFailure: "run" },
      { startTimeoutMs: MINUTE_MS },
    ]);
    const [id = 0] = ids;
    await world.enforce();
    expect(await world.states(ids)).to.deep.equal(["ready", "blocked", "blocked", "ready"]);
    await world.backdate(id, LONG_MS);
    await world.enforce();
    expect(await world.states(ids)).to.deep.equal(["dead", "cancelled", "ready", "ready"]);
    const row = await world.row(id);
    expect(row.state_reason).to.equal("start_timeout");
    expect(row.error?.errorType).to.equal("START_TIMEOUT");
    expect(await world.deadlines(ids)).to.deep.equal([ids[3]]);
  });

  it("counts the wait from when a job becomes ready: after parents, a delay, a retry, each anew", async () => {
    const world = current();
    const timed = { startTimeoutMs: MINUTE_MS };
    const ids = await world.submit([
      {},
      { ...timed, siblingParents: [0] },
      { ...timed, runAtMs: Date.now() + MINUTE_MS },
    ]);
    const [parent = 0, child = 0, later = 0] = ids;
    expect(await world.deadlines(ids)).to.deep.equal([]);
    const session = await world.register();
    await world.run(session, [parent]);
    await world.succeed([parent]);
    expect(await world.deadlines(ids)).to.deep.equal([child]);
    await world.database.kysely
      .updateTable("jobs")
      .set({ run_at: new Date(0) })
      .where("id", "=", later)
      .execute();
    await world.store.promoteDue(1000);
    expect(await world.deadlines(ids)).to.deep.equal([child, later]);

    // Its first wait was long; the one after the release begins at the release.
    await world.backdate(later, LONG_MS);
    await world.run(session, [later]);
    await world.start([later]);
    await world.enforce();
    expect(await world.deadlines([later])).to.deep.equal([]);
    await world.giveBack([later], "released");
    await world.enforce();
    expect(await world.states([later])).to.deep.equal(["ready"]);
    await world.backdate(later, LONG_MS);
    await world.enforce();
    expect(await world.states([later])).to.deep.equal(["dead"]);

    await world.retry.retryJob(later);
    expect(await world.deadlines([later])).to.deep.equal([later]);
    await world.enforce();
    expect(await world.states([later])).to.deep.equal(["ready"]);
  });

  it("takes a job that its worker holds and has not started, and tells it", async () => {
    const world = current();
    const [id = 0, begun = 0] = await world.submit([
      { startTimeoutMs: MINUTE_MS },
      { startTimeoutMs: MINUTE_MS },
    ]);
    const session = await world.register();
    await world.run(session, [id, begun]);
    await world.start([begun]);
    for (const each of [id, begun]) await world.backdate(each, LONG_MS);
    await world.enforce();
    expect(await world.states([id, begun])).to.deep.equal(["dead", "running"]);
    expect(await outcomes(id)).to.deep.equal(["not_started"]);
    expect((await world.store.ordersFor([session])).map(({ kind, jobId }) => [kind, jobId])).to.deep.equal([
      ["revoke", id],
    ]);
    expect((await world.report(id, { kind: "succeeded", output: null })).disposition).to.equal("stale");
    expect(await world.deadlines([id, begun])).to.deep.equal([]);
  });

  it("asks a worker to stop when the execution timeout and its own time to enforce it are over", async () => {
    const { world, id, orders } = await started({ executionTimeoutMs: MINUTE_MS });
    await world.backdate(id, MINUTE_MS + TIMEOUT_GRACE_MS / 2); // the worker's own time
    await world.enforce();
    expect(await orders()).to.deep.equal([]);
    await world.backdate(id, TIMEOUT_GRACE_MS);
    await world.enforce();
    expect(await orders()).to.deep.equal(["cancel execution_timeout"]);
    const { state, stop_reason: stopReason, stop_by: stopBy } = await world.row(id);
    expect([state, stopReason, stopBy !== null]).to.deep.equal(["running", "execution_timeout", true]);
    await world.enforce(); // within the grace
    expect(await orders()).to.deep.equal(["cancel execution_timeout"]);
    expect(await world.succeed([id])).to.deep.equal([id]); // first committed wins
    expect(await world.deadlines([id])).to.deep.equal([]);
  });

  it("takes it after the grace: a failed attempt that is retried, then dead; late results are stale", async () => {
    const { world, id, session, orders } = await started({ executionTimeoutMs: MINUTE_MS, maxAttempts: 2 });
    await runOut(id);
    expect(await world.row(id)).to.include({
      state: "scheduled",
      state_reason: "retry_after_timeout",
      attempt: 1,
    });
    expect(await orders()).to.deep.equal(["cancel execution_timeout", "revoke execution_timeout"]);
    expect((await world.report(id, { kind: "succeeded", output: null })).disposition).to.equal("stale");
    await world.database.kysely
      .updateTable("jobs")
      .set({ run_at: new Date(0) })
      .where("id", "=", id)
      .execute();
    await world.store.promoteDue(1000);
    await world.run(session, [id]);
    expect((await world.row(id)).stop_reason).to.equal(null);
    await world.start([id], 2);
    await runOut(id);
    expect(await world.row(id)).to.include({ state: "dead", state_reason: "execution_timeout", attempt: 2 });
    expect((await world.row(id)).error?.errorType).to.equal("TIMEOUT");
    expect(await outcomes(id)).to.deep.equal(["timed_out", "timed_out"]);
    expect(await world.deadlines([id])).to.deep.equal([]);
  });

  it("counts a worker that stops when asked to as timed out, not as giving the job back", async () => {
    const { world, id } = await started({ executionTimeoutMs: MINUTE_MS });
    await world.backdate(id, LONG_MS);
    await world.enforce();
    const verdict = await world.report(id, { kind: "cancelled", reason: "asked to" });
    expect(verdict).to.include({ disposition: "committed", willRetry: true });
    expect(await world.row(id)).to.include({ state: "scheduled", attempt: 1 });
    expect(await outcomes(id)).to.deep.equal(["timed_out"]);
  });

  it("fails an attempt that reports no progress, and leaves one that does", async () => {
    const { world, id, orders } = await started({ progressTimeoutMs: MINUTE_MS, maxAttempts: 1 });
    await world.backdate(id, MINUTE_MS / 2);
    await world.progress([id]); // a sign of life alone
    await world.backdate(id, MINUTE_MS / 2 + 1_000);
    await world.enforce();
    expect(await orders()).to.deep.equal([]);
    await world.progress([id], { fraction: 0.5 });
    await world.start([id]); // told again after a resume: keeps what was reported
    expect((await world.views.someJobs([id])).jobs.get(id)?.view.progress).to.equal(0.5);
    await runOut(id);
    expect(await orders()).to.deep.equal(["cancel progress_timeout", "revoke progress_timeout"]);
    expect(await world.row(id)).to.include({ state: "dead", state_reason: "progress_timeout" });
    expect((await world.row(id)).error?.errorType).to.equal("NO_PROGRESS");
    expect(await outcomes(id)).to.deep.equal(["no_progress"]);
  });

  it("waits for a worker whose stream is lost: its reports may be under way", async () => {
    const { world, id, session, orders } = await started({ progressTimeoutMs: MINUTE_MS });
    await world.store.markSuspect([session]);
    await world.backdate(id, LONG_MS);
    await world.enforce();
    expect(await orders()).to.deep.equal([]);
    expect(await world.deadlines([id])).to.deep.equal([id]);
  });

  it("reports a cancel that its worker did not honour, and keeps the job's own error out of it", async () => {
    const { world, id, orders } = await started({});
    expect(await world.cancel.cancelJob(id, "not needed", MINUTE_MS)).to.deep.equal({
      state: "running",
      won: true,
    });
    await world.enforce();
    expect(await world.states([id])).to.deep.equal(["running"]);
    await world.backdate(id, LONG_MS);
    await world.enforce();
    const row = await world.row(id);
    expect([row.state, row.state_reason, row.error]).to.deep.equal(["cancelled", "not needed", null]);
    expect(await outcomes(id)).to.deep.equal(["cancel_ignored"]);
    expect((await world.executions(id))[0]?.error?.errorType).to.equal("CANCEL_IGNORED");
    expect(await orders()).to.deep.equal(["cancel not needed", "revoke cancel_ignored"]);
    expect((await world.report(id, { kind: "succeeded", output: null })).disposition).to.equal("stale");
  });

  it("cancels without grace at once, and shortens a grace that was longer, never the other way round", async () => {
    const { world, id, orders } = await started({});
    await world.cancel.cancelJob(id, "first", LONG_MS);
    await world.cancel.cancelJob(id, "longer", LONG_MS * 2);
    expect(await orders()).to.deep.equal(["cancel first"]);
    const before = (await world.row(id)).stop_by?.getTime() ?? 0;
    await world.cancel.cancelJob(id, "shorter", MINUTE_MS);
    expect((await world.row(id)).stop_by?.getTime()).to.be.below(before);
    expect(await world.cancel.cancelJob(id, "now", 0)).to.deep.equal({ state: "cancelled", won: true });
    expect(await orders()).to.deep.equal(["cancel first", "cancel first", "revoke first"]);
    expect(await outcomes(id)).to.deep.equal(["cancelled"]);
    expect(await world.deadlines([id])).to.deep.equal([]);
  });

  it("lets a cancel end an attempt that was asked to stop for its timeout", async () => {
    const { world, id } = await started({ executionTimeoutMs: MINUTE_MS });
    await world.backdate(id, LONG_MS);
    await world.enforce();
    await world.cancel.cancelJob(id, "stop", LONG_MS);
    await world.backdate(id, LONG_MS);
    await world.enforce();
    expect(await world.row(id)).to.include({ state: "cancelled", state_reason: "stop" });
    expect(await outcomes(id)).to.deep.equal(["cancel_ignored"]);
  });

  it("ends a graph whose time is over: what waits at once, what runs after its grace", async () => {
    const world = current();
    const graph = await world.submitGraph(
      [{}, {}, { siblingParents: [0] }, { siblingParents: [1], onParentFailure: "run" }],
      { graph: "g", graphTimeoutMs: MINUTE_MS },
    );
    const [done = 0, runs = 0, waits = 0, whatever = 0] = graph.ids;
    const session = await world.register();
    await world.run(session, [done, runs]);
    await world.succeed([done]);
    await world.enforce();
    expect(await world.states(graph.ids)).to.deep.equal(["succeeded", "running", "ready", "blocked"]);
    await world.backdate(graph.graphId, LONG_MS);
    await world.enforce();
    expect(await world.states(graph.ids)).to.deep.equal(["succeeded", "running", "cancelled", "cancelled"]);
    for (const id of [waits, whatever]) expect((await world.row(id)).state_reason).to.equal("graph_timeout");
    expect((await world.store.ordersFor([session])).map(({ reason }) => reason)).to.deep.equal([
      "graph_timeout",
    ]);
    expect(await world.deadlines([graph.graphId])).to.deep.equal([]);
    await world.backdate(runs, LONG_MS);
    await world.enforce();
    expect(await world.row(runs)).to.include({ state: "cancelled", state_reason: "graph_timeout" });
    const head = await world.views.findGraph("default", { id: graph.graphId, createdMs: graph.createdMs });
    expect(head?.timeoutMs).to.equal(MINUTE_MS);
  });

  it("arms what is submitted with earlier parents, in a keyed graph, or given to a session at once", async () => {
    const world = current();
    const session = await world.register();
    const timed = { startTimeoutMs: MINUTE_MS };
    const { ids } = await world.submitAssigned([timed, timed], [session, null]);
    expect(await world.deadlines(ids)).to.deep.equal(ids);
    const linked = await world.submitLinked([{ ...timed, idempotencyKey: `key-${ids[0]}` }], {
      graph: "keyed",
      graphKey: `graph-${ids[0]}`,
      graphTimeoutMs: MINUTE_MS,
    });
    const both = [linked.graph?.id ?? 0, linked.jobs[0]?.id ?? 0];
    expect(await world.deadlines(both)).to.deep.equal(both);
    await world.succeed(ids.slice(0, 1));
    expect(await world.deadlines(ids)).to.deep.equal(ids.slice(1));
  });
}
