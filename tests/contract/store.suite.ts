/**
 * What the store does, verb by verb, run over Postgres and over PGlite. This file holds the jobs' way from
 * submission to success; the other parts of the suite lie beside it. All tests of one run share a database, so each
 * takes names of its own and looks only at its own rows.
 */
import { expect } from "chai";
import { parseId } from "../../server/core/job-id.js";
import { storeLinkedSuite } from "./store-linked.suite.js";
import { storeSeatsSuite } from "./store-seats.suite.js";
import { storeReadySuite } from "./store-ready.suite.js";
import { storePrioritySuite } from "./store-priority.suite.js";
import { storeSessionsSuite } from "./store-sessions.suite.js";
import { storeSettleSuite } from "./store-settle.suite.js";
import { storeViewsSuite } from "./store-views.suite.js";
import { bytes, freshName, type StoreWorld } from "./store-world.js";

export function storeSuite(name: string, current: () => StoreWorld): void {
  describe(`${name} as a store`, () => {
    insertSuite(current);
    claimSuite(current);
    assignedSuite(current);
    finishSuite(current);
    storeSeatsSuite(current);
    storeReadySuite(current);
    storeSettleSuite(current);
    storeLinkedSuite(current);
    storePrioritySuite(current);
    storeSessionsSuite(current);
    storeViewsSuite(current);
  });
}

function insertSuite(current: () => StoreWorld): void {
  it("keeps every field of a job", async () => {
    const runAtMs = Date.now() + 3_600_000;
    const [id = 0] = await current().submit([
      {
        key: "k",
        payload: bytes("in"),
        priority: -7,
        inheritPriority: false,
        maxAttempts: 9,
        backoff: { kind: "linear", baseMs: 5, capMs: 50, jitter: 0.5 },
        executionTimeoutMs: 1234,
        runAtMs,
        onParentFailure: "fail",
        labels: { a: "1" },
        headers: { h: "ä" },
      },
    ]);
    const row = await current().row(id);
    expect(row).to.include({
      state: "scheduled",
      key: "k",
      priority: -7,
      inherit_priority: false,
      max_attempts: 9,
      execution_timeout_ms: 1234,
      on_parent_failure: 2,
      has_parents: false,
      payload_type: "text/plain",
    });
    expect(row.payload?.toString()).to.equal("in");
    expect(row.backoff).to.deep.equal({ kind: "linear", baseMs: 5, capMs: 50, jitter: 0.5 });
    expect([row.labels, row.headers]).to.deep.equal([{ a: "1" }, { h: "ä" }]);
    expect(row.run_at?.getTime()).to.equal(runAtMs);
    expect([row.ready_at, row.assigned_at, row.finished_at]).to.deep.equal([null, null, null]);
  });

  it("keeps empty payloads, payloads by uri and none apart", async () => {
    const uri = { contentType: "a/b", body: null, uri: "s3://x" };
    const ids = await current().submit([
      { payload: { contentType: "a/b", body: Buffer.alloc(0), uri: null } },
      { payload: uri },
      {},
      { payload: bytes("last") },
    ]);
    const session = await current().register();
    const { assignments } = await current().claim(session, ids);
    const payloads = new Map(assignments.map((assignment) => [assignment.jobId, assignment.payload]));
    expect(ids.map((id) => payloads.get(id))).to.deep.equal([
      { contentType: "a/b", body: Buffer.alloc(0), uri: null },
      uri,
      null,
      bytes("last"),
    ]);
  });

  it("writes edges, graph and waiting children in one statement, and nothing twice", async () => {
    const world = current();
    const { graphId, ids } = await world.submitGraph(
      [{ key: "a" }, { key: "b", siblingParents: [0] }, { key: "c", siblingParents: [0, 1] }],
      { graph: "g" },
    );
    const rows = await Promise.all(ids.map((id) => world.row(id)));
    expect(rows.map((row) => [row.state, row.pending_parents, row.graph_id])).to.deep.equal([
      ["ready", 0, graphId],
      ["blocked", 1, graphId],
      ["blocked", 2, graphId],
    ]);
    expect(rows[2]?.parent_ids).to.have.members([ids[0], ids[1]]);
    expect(await world.store.parentsOf(ids[2] ?? 0)).to.have.members([ids[0], ids[1]]);
    expect(await world.store.parentsOf(2 ** 50)).to.deep.equal([]);
  });

  it("allocates blocks of ids that never overlap", async () => {
    const blocks = await Promise.all([1, 3, 2].map((count) => current().store.allocateIdBlocks(count)));
    const all = blocks.flat().toSorted((a, b) => a - b);
    expect(blocks.map((block) => block.length)).to.deep.equal([1, 3, 2]);
    for (const block of blocks) expect(block).to.deep.equal(block.toSorted((a, b) => a - b));
    for (const [at, first] of all.entries())
      if (at > 0) expect(first - (all[at - 1] ?? 0)).to.be.at.least(1000);
  });

  it("resolves queues to the same numbers however often and by whomever", async () => {
    const key = { namespace: freshName(), name: "q" };
    const rows = await Promise.all([1, 2, 3].map(() => current().store.resolveQueues([key])));
    expect(new Set(rows.flat().map((row) => row.id)).size).to.equal(1);
    expect(rows[0]?.[0]).to.include({ ...key, paused: false });
    const listed = await current().store.listQueueRows();
    expect(listed.filter((row) => row.namespace === key.namespace)).to.have.length(1);
  });

  it("tells the database's time", async () => {
    expect(Math.abs((await current().store.databaseNowMs()) - Date.now())).to.be.below(5_000);
    expect(current().store.isUp()).to.equal(true);
  });
}

function claimSuite(current: () => StoreWorld): void {
  it("claims once: an assignment with everything, an execution, a fencing token", async () => {
    const world = current();
    const { ids, createdMs } = await world.submitGraph([{ payload: bytes("x"), executionTimeoutMs: 5 }], {
      graph: "g",
    });
    const [id = 0] = ids;
    const session = await world.register();
    const { assignments, stillReady } = await world.claim(session, [id]);
    expect(stillReady).to.deep.equal([]);
    expect(assignments).to.have.length(1);
    expect(assignments[0]).to.include({
      jobId: id,
      sessionId: session.sessionId,
      leaseEpoch: 1,
      attempt: 1,
      maxAttempts: 3,
      type: "resize",
      executionTimeoutMs: 5,
      parentsTruncated: false,
      checkpoint: null,
    });
    expect(parseId(assignments[0]?.publicId ?? "")).to.deep.equal({ id, createdMs });
    expect(parseId(assignments[0]?.graphPublicId ?? "")).to.include({ createdMs });
    expect(await world.row(id)).to.include({
      state: "running",
      session_id: session.sessionId,
      lease_epoch: 1,
    });
    const [execution] = await world.executions(id);
    expect(execution).to.include({
      lease_epoch: 1,
      attempt: 1,
      session_id: session.sessionId,
      ended_at: null,
    });
    expect(await world.claim(session, [id])).to.deep.equal({ assignments: [], stillReady: [] });
  });

  it("claims for many sessions at once and leaves out what is not ready", async () => {
    const world = current();
    const [a, b] = [await world.register(), await world.register()];
    const [first = 0, second = 0, blocked = 0] = await world.submit([{}, {}, { siblingParents: [0] }]);
    const [later = 0] = await world.submit([{ runAtMs: Date.now() + 60_000 }]);
    const { assignments, stillReady } = await world.store.claim([
      { jobId: second, ...b },
      { jobId: first, ...a },
      { jobId: blocked, ...a },
      { jobId: later, ...b },
      { jobId: 2 ** 50, ...b },
    ]);
    expect(assignments.map(({ jobId, sessionId }) => [jobId, sessionId])).to.have.deep.members([
      [first, a.sessionId],
      [second, b.sessionId],
    ]);
    expect(stillReady).to.deep.equal([]);
  });

  it("claims nothing from a paused queue, says that it is still ready, and goes on after resume", async () => {
    const world = current();
    const queue = freshName("q");
    const key = { namespace: "default", name: queue };
    const [id = 0] = await world.submit([{}], { queue });
    const session = await world.register();
    expect(await world.views.setQueuePaused(key, true)).to.equal(true);
    const { assignments, stillReady } = await world.claim(session, [id]);
    expect(assignments).to.deep.equal([]);
    expect(stillReady.map((job) => job.id)).to.deep.equal([id]);
    expect((await world.store.resolveQueues([key]))[0]?.paused).to.equal(true);
    expect(await world.views.setQueuePaused(key, false)).to.equal(true);
    await world.run(session, [id]);
  });

  it("claims nothing for a session that drains, is suspect, is over or held under an older epoch", async () => {
    const world = current();
    const [id = 0] = await world.submit([{}]);
    const draining = await world.register();
    expect(await world.store.markDraining([draining.sessionId])).to.deep.equal([draining.sessionId]);
    const suspect = await world.register();
    await world.store.markSuspect([suspect]);
    const over = await world.register();
    await world.store.endSessions([over], "lost", "test");
    const live = await world.register();
    const stale = { ...live, epoch: live.epoch - 1 };
    for (const session of [draining, suspect, over, stale, { sessionId: 2 ** 50, epoch: 1 }]) {
      const claimed = await world.claim(session, [id]);
      expect(claimed.assignments).to.deep.equal([]);
      expect(claimed.stillReady.map((job) => job.id)).to.deep.equal([id]);
    }
    await world.run(live, [id]);
  });

  it("gives a job that is asked for twice to one session", async () => {
    const world = current();
    const [a, b] = [await world.register(), await world.register()];
    const [id = 0] = await world.submit([{}]);
    const { assignments } = await world.store.claim([
      { jobId: id, ...a },
      { jobId: id, ...b },
    ]);
    expect(assignments).to.have.length(1);
    expect(await world.executions(id)).to.have.length(1);
  });
}

function assignedSuite(current: () => StoreWorld): void {
  it("writes jobs and gives some of them to sessions in one commit", async () => {
    const world = current();
    const [a, b] = [await world.register(), await world.register()];
    const { ids, taken } = await world.submitAssigned(
      [{}, {}, {}, { siblingParents: [0] }],
      [a, b, null, null],
    );
    const [first = 0, second = 0, third = 0, child = 0] = ids;
    expect([...taken]).to.have.members([first, second]);
    const rows = await Promise.all(ids.map((id) => world.row(id)));
    expect(rows.map((row) => [row.state, row.session_id, row.lease_epoch, row.attempt])).to.deep.equal([
      ["running", a.sessionId, 1, 1],
      ["running", b.sessionId, 1, 1],
      ["ready", null, 0, 0],
      ["blocked", null, 0, 0],
    ]);
    const [execution] = await world.executions(first);
    expect(execution).to.deep.include({
      session_id: a.sessionId,
      attempt: 1,
      assigned_at: rows[0]?.assigned_at,
    });
    expect(await world.executions(third)).to.deep.equal([]);
    await world.succeed([first, second]);
    expect(await world.states([child])).to.deep.equal(["ready"]);
  });

  it("leaves jobs ready that were meant for a session that may get none, or that are in a paused queue", async () => {
    const world = current();
    const queue = freshName("q");
    const draining = await world.register();
    await world.store.markDraining([draining.sessionId]);
    const live = await world.register();
    const takers = [draining, { ...live, epoch: live.epoch - 1 }, { sessionId: 2 ** 50, epoch: 1 }];
    for (const taker of takers) {
      const { ids, taken } = await world.submitAssigned([{}, {}], [taker, live].slice(0, 1));
      expect([...taken]).to.deep.equal([]);
      expect(await world.states(ids)).to.deep.equal(["ready", "ready"]);
    }
    const mixed = await world.submitAssigned([{}, {}], [draining, live]);
    expect([...mixed.taken]).to.deep.equal([mixed.ids[1]]);
    await world.queueId(queue);
    await world.views.setQueuePaused({ namespace: "default", name: queue }, true);
    const paused = await world.submitAssigned([{}], [live], { queue });
    expect([...paused.taken]).to.deep.equal([]);
  });

  it("changes nothing when the same rows are written again", async () => {
    const world = current();
    const session = await world.register();
    const { ids, again } = await world.submitAssigned([{}, {}], [session, null]);
    const before = await Promise.all(ids.map((id) => world.row(id)));
    await again();
    expect(await Promise.all(ids.map((id) => world.row(id)))).to.deep.equal(before);
    expect(await world.executions(ids[0] ?? 0)).to.have.length(1);
  });
}

function finishSuite(current: () => StoreWorld): void {
  it("records a success with its output and ends the execution", async () => {
    const world = current();
    const ids = await world.submit([{}, {}, {}]);
    await world.run(await world.register(), ids);
    const uri = { contentType: "a/b", body: null, uri: "s3://y" };
    const outputs = [bytes("out"), uri, { contentType: "a/b", body: Buffer.alloc(0), uri: null }];
    const { recorded, unblocked } = await world.store.finishSucceeded(
      ids.map((jobId, at) => ({ ref: { jobId, leaseEpoch: 1 }, output: outputs[at] ?? null })).toReversed(),
    );
    expect([...recorded]).to.have.members(ids);
    expect(unblocked).to.deep.equal([]);
    const rows = await Promise.all(ids.map((id) => world.row(id)));
    expect(rows.map((row) => [row.state, row.output?.toString() ?? null, row.output_uri])).to.deep.equal([
      ["succeeded", "out", null],
      ["succeeded", null, "s3://y"],
      ["succeeded", "", null],
    ]);
    expect(rows.every((row) => row.session_id === null && row.finished_at !== null)).to.equal(true);
    const [execution] = await world.executions(ids[0] ?? 0);
    expect(execution?.outcome).to.equal(0);
    expect(execution?.ended_at).to.not.equal(null);
  });

  it("refuses a result under another lease epoch, a second result and one of no job", async () => {
    const world = current();
    const [id = 0, waiting = 0] = await world.submit([{}, {}]);
    await world.run(await world.register(), [id]);
    expect(await world.succeed([id], 2)).to.deep.equal([]);
    expect(await world.succeed([waiting], 0)).to.deep.equal([]);
    expect(await world.succeed([id])).to.deep.equal([id]);
    expect(await world.succeed([id])).to.deep.equal([]);
    expect(await world.succeed([2 ** 50])).to.deep.equal([]);
    expect(await world.states([id, waiting])).to.deep.equal(["succeeded", "ready"]);
  });

  it("counts dependents down and makes them ready with the last parent", async () => {
    const world = current();
    const ids = await world.submit([{}, {}, { siblingParents: [0, 1] }, { siblingParents: [0] }]);
    const [first = 0, second = 0, both = 0, one = 0] = ids;
    const session = await world.register();
    await world.run(session, [first, second]);
    const one1 = await world.store.finishSucceeded([{ ref: { jobId: first, leaseEpoch: 1 }, output: null }]);
    expect(one1.unblocked.map(({ id, parentId, state }) => [id, parentId, state])).to.deep.equal([
      [one, first, "ready"],
    ]);
    expect(await world.row(both)).to.include({ state: "blocked", pending_parents: 1, ready_at: null });
    const two = await world.store.finishSucceeded([{ ref: { jobId: second, leaseEpoch: 1 }, output: null }]);
    expect(two.unblocked.map(({ id, parentId }) => [id, parentId])).to.deep.equal([[both, second]]);
    const row = await world.row(both);
    expect(row).to.include({ state: "ready", pending_parents: 0 });
    expect(two.unblocked[0]?.readyUs).to.be.within(
      (row.ready_at?.getTime() ?? 0) * 1_000,
      Date.now() * 1_000 + 5e6,
    );
    await world.run(session, [both, one]);
  });

  it("counts two parents that end in one batch", async () => {
    const world = current();
    const [a = 0, b = 0, child = 0] = await world.submit([{}, {}, { siblingParents: [0, 1] }]);
    await world.run(await world.register(), [a, b]);
    expect((await world.succeed([a, b])).toSorted((x, y) => x - y)).to.deep.equal([a, b]);
    expect(await world.row(child)).to.include({ state: "ready", pending_parents: 0 });
  });

  it("schedules a dependent whose time has not come", async () => {
    const world = current();
    const runAtMs = Date.now() + 3_600_000;
    const [parent = 0, child = 0, past = 0] = await world.submit([
      {},
      { siblingParents: [0], runAtMs },
      { siblingParents: [0], runAtMs: Date.now() - 1_000 },
    ]);
    await world.run(await world.register(), [parent]);
    const { unblocked } = await world.store.finishSucceeded([
      { ref: { jobId: parent, leaseEpoch: 1 }, output: null },
    ]);
    expect(unblocked.map(({ id, state, runAtMs: due }) => [id, state, due])).to.deep.equal([
      [child, "scheduled", runAtMs],
      [past, "ready", null],
    ]);
    expect((await world.row(child)).run_at?.getTime()).to.equal(runAtMs);
    expect((await world.row(past)).run_at).to.equal(null);
  });

  it("never leaves a dependent scheduled without a time, however close its time is", async () => {
    const world = current();
    const session = await world.register();
    const dueMs = (await world.store.databaseNowMs()) + 150;
    const ids = await world.submit([
      ...Array.from({ length: 300 }, () => ({})),
      ...Array.from({ length: 300 }, (_, at) => ({ siblingParents: [at], runAtMs: dueMs })),
    ]);
    const parents = ids.slice(0, 300);
    await world.run(session, parents);
    for (let at = 0; at < parents.length; at += 10) await world.succeed(parents.slice(at, at + 10));
    const stuck = await world.database.kysely
      .selectFrom("jobs")
      .select("id")
      .where("id", "in", ids)
      .where("state", "=", 1)
      .where("run_at", "is", null)
      .execute();
    expect(stuck).to.deep.equal([]);
  });
}
