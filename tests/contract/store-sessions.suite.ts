/** The part of the store's suite about registration, leases, the ends of sessions and what they must be told. */
import { expect } from "chai";
import { codeOf } from "./store-refusal.js";
import { registration } from "../support/registration.js";
import { freshName, type Held, type StoreWorld } from "./store-world.js";

const LOAD = { cpuFraction: 0.5, rssBytes: 1_000, loopLagMs: 2 };
const ONLINE = 0;
const SUSPECT = 1;
const DRAINING = 2;
const LOST = 3;
const OFFLINE = 4;

export function storeSessionsSuite(current: () => StoreWorld): void {
  describe("sessions", () => {
    registerSuite(current);
    resumeSuite(current);
    leaseSuite(current);
    endSuite(current);
    orderSuite(current);
  });
}

function registerSuite(current: () => StoreWorld): void {
  it("opens a session with the next epoch, a lease and what the worker said of itself", async () => {
    const world = current();
    const workerId = freshName("worker-");
    const registered = await world.register({
      workerId,
      maxInFlight: 7,
      labels: { zone: "a" },
      buildId: "b",
    });
    expect(registered).to.deep.include({
      epoch: 1,
      resumed: false,
      replacedSessionId: null,
      held: [],
      formerServerId: null,
    });
    const row = await world.session(registered.sessionId);
    expect(row).to.deep.include({
      state: ONLINE,
      max_in_flight: 7,
      labels: { zone: "a" },
      build_id: "b",
      ended_at: null,
    });
    const leftMs = row.expires_at.getTime() - (await world.store.databaseNowMs());
    expect(leftMs).to.be.within(20_000, 30_000);
  });

  it("ends the session of an older process under the same worker id", async () => {
    const world = current();
    const workerId = freshName("worker-");
    const old = await world.register({ workerId });
    const next = await world.register({ workerId, instanceId: "other" }, { serverId: "replica-2" });
    expect(next).to.deep.include({
      epoch: 2,
      resumed: false,
      replacedSessionId: old.sessionId,
      formerServerId: "replica-1",
    });
    expect(await world.session(old.sessionId)).to.include({ state: OFFLINE, end_reason: "replaced" });
    const other = await world.register({ workerId, namespace: freshName("ns") });
    expect(other).to.deep.include({ epoch: 1, replacedSessionId: null });
  });

  it("registers workers that come together, each as if it came alone", async () => {
    const world = current();
    const [fresh, restarted] = [freshName("worker-"), freshName("worker-")];
    const [back, late] = [freshName("worker-"), freshName("worker-")];
    const old = await world.register({ workerId: restarted });
    const before = await world.register({ workerId: back });
    const over = await world.register({ workerId: late });
    const [held = 0, elsewhere = 0] = await world.submit([{}, {}]);
    await world.run(before, [held]);
    await world.run(over, [elsewhere]);
    await world.store.endSessions([over], "lost", "lease_expired");
    const inFlight = [held, elsewhere].map((jobId) => ({
      publicId: "",
      ref: { jobId, leaseEpoch: 1 },
      attempt: 1,
      state: "running" as const,
    }));
    const registered = await world.store.register([
      registration({ workerId: late, inFlight }, over.sessionId),
      registration({ workerId: back, inFlight }, before.sessionId),
      registration({ workerId: fresh, labels: { zone: "b" } }),
      registration({ workerId: restarted, instanceId: "newer" }),
      registration({ workerId: freshName("worker-") }, before.sessionId),
    ]);
    const seen = registered.map((one) => one && [one.epoch, one.resumed, one.replacedSessionId]);
    const [first, replaced] = [
      [1, false, null],
      [2, false, old.sessionId],
    ];
    expect(seen).to.deep.equal([null, [2, true, null], first, replaced, null]);
    expect(registered[1]?.sessionId).to.equal(before.sessionId);
    expect(registered[1]?.held.map(({ ref }) => ref.jobId)).to.deep.equal([held]);
    const states = await Promise.all(
      [registered[2]?.sessionId ?? 0, old.sessionId, over.sessionId].map((id) => world.session(id)),
    );
    expect(states.map(({ state, labels }) => [state, labels])).to.deep.equal([
      [ONLINE, { zone: "b" }],
      [OFFLINE, {}],
      [LOST, {}],
    ]);
    expect(await world.register({ workerId: late }), "nothing was written for it").to.include({ epoch: 2 });
  });
}

function resumeSuite(current: () => StoreWorld): void {
  it("goes on with the session, under a new epoch, with the jobs it still holds", async () => {
    const world = current();
    const workerId = freshName("worker-");
    const before = await world.register({ workerId });
    const [held = 0, finished = 0, unreported = 0] = await world.submit([
      { payload: { contentType: "a/b", body: Buffer.from("12345"), uri: null }, executionTimeoutMs: 9 },
      {},
      {},
    ]);
    await world.run(before, [held, finished, unreported]);
    await world.succeed([finished]);
    await world.store.markSuspect([before]);
    const inFlight = [held, finished].map((jobId) => ({
      publicId: "",
      ref: { jobId, leaseEpoch: 1 },
      attempt: 1,
      state: "running" as const,
    }));
    const after = await world.register(
      { workerId, inFlight },
      { resumeSessionId: before.sessionId, serverId: "replica-2" },
    );
    expect(after).to.deep.include({
      sessionId: before.sessionId,
      epoch: 2,
      resumed: true,
      replacedSessionId: null,
      formerServerId: "replica-1",
    });
    expect(after.held).to.have.length(1);
    expect(after.held[0]).to.deep.include({
      ref: { jobId: held, leaseEpoch: 1 },
      attempt: 1,
      payloadBytes: 5,
      isTimed: true,
    });
    expect(await world.session(before.sessionId)).to.include({
      state: ONLINE,
      server_id: "replica-2",
      epoch: 2,
    });
    const [next = 0] = await world.submit([{}]);
    expect((await world.claim(before, [next])).assignments, "under the old epoch").to.deep.equal([]);
    await world.run(after, [next]);
    const known = await world.store.jobsOfSessions([before.sessionId]);
    expect(known.map((job) => job.jobId)).to.deep.equal([held, unreported, next]);
  });

  it("refuses to resume a session that is over, of another worker or of another process", async () => {
    const world = current();
    const workerId = freshName("worker-");
    const session = await world.register({ workerId });
    const { sessionId } = session;
    const foreign = await world.register();
    const attempts = [
      () => world.register({ workerId }, { resumeSessionId: foreign.sessionId }),
      () => world.register({ workerId, instanceId: "other" }, { resumeSessionId: sessionId }),
      async () => {
        await world.store.endSessions([{ sessionId, epoch: session.epoch }], "lost", "lease_expired");
        await world.register({ workerId }, { resumeSessionId: sessionId });
      },
    ];
    for (const attempt of attempts) expect(await codeOf(attempt)).to.equal("SESSION_EXPIRED");
    expect((await world.register({ workerId })).resumed).to.equal(false);
  });
}

function leaseSuite(current: () => StoreWorld): void {
  it("renews the leases of live sessions and keeps their load; the others are not among them", async () => {
    const world = current();
    const [live, over, moved] = [await world.register(), await world.register(), await world.register()];
    await world.store.endSessions([over], "lost", "test");
    const heartbeat = ({ sessionId, epoch }: Held) => ({ sessionId, epoch, inFlight: 3, load: LOAD });
    const renewed = await world.store.renew(
      [heartbeat(moved), heartbeat(live), heartbeat(over)].map((row) =>
        row.sessionId === moved.sessionId ? { ...row, epoch: row.epoch - 1 } : row,
      ),
      90_000,
    );
    expect([...renewed]).to.deep.equal([live.sessionId]);
    const row = await world.session(live.sessionId);
    expect(row).to.include({ in_flight: 3, cpu_fraction: 0.5, rss_bytes: 1_000, loop_lag_ms: 2 });
    expect(row.expires_at.getTime() - (await world.store.databaseNowMs())).to.be.within(60_000, 90_000);
    expect(await world.store.renew([], 90_000)).to.deep.equal(new Set());
  });

  it("ends sessions whose lease ran out, up to the limit, each once", async () => {
    const world = current();
    const sessions = [await world.register(), await world.register(), await world.register()];
    const fresh = await world.register();
    for (const { sessionId } of sessions) await world.setLease(sessionId, new Date(1_000));
    const first = await world.store.expireSessions(2);
    const rest = await world.store.expireSessions(1_000);
    expect(first).to.have.length(2);
    expect([...first, ...rest].toSorted((a, b) => a - b)).to.deep.equal(
      sessions.map((session) => session.sessionId),
    );
    expect(await world.store.expireSessions(1_000)).to.deep.equal([]);
    expect(await world.session(first[0] ?? 0)).to.include({ state: LOST, end_reason: "lease_expired" });
    expect((await world.session(fresh.sessionId)).ended_at).to.equal(null);
  });

  it("gives every live session a whole lease after an outage, and never a shorter one", async () => {
    const world = current();
    const [late, far, over] = [await world.register(), await world.register(), await world.register()];
    const farMs = Date.now() + 3_600_000;
    await world.setLease(late.sessionId, new Date(1_000));
    await world.setLease(far.sessionId, new Date(farMs));
    await world.setLease(over.sessionId, new Date(1_000));
    await world.store.endSessions([over], "lost", "test");
    expect(await world.store.extendLeases(30_000)).to.be.at.least(2);
    const leftMs =
      (await world.session(late.sessionId)).expires_at.getTime() - (await world.store.databaseNowMs());
    expect(leftMs).to.be.within(20_000, 30_000);
    expect((await world.session(far.sessionId)).expires_at.getTime()).to.equal(farMs);
    expect((await world.session(over.sessionId)).expires_at.getTime()).to.equal(1_000);
  });
}

function endSuite(current: () => StoreWorld): void {
  it("ends live sessions and says which are over, however often it is asked", async () => {
    const world = current();
    const [a, b] = [await world.register(), await world.register()];
    expect(await world.store.endSessions([b, a], "offline", "left")).to.have.members([
      a.sessionId,
      b.sessionId,
    ]);
    const row = await world.session(a.sessionId);
    expect(row).to.include({ state: OFFLINE, end_reason: "left" });
    expect(await world.store.endSessions([a], "lost", "again")).to.deep.equal([a.sessionId]);
    expect(await world.session(a.sessionId)).to.deep.include({ end_reason: "left", ended_at: row.ended_at });
  });

  it("leaves a session alone that another stream resumed: neither ended nor suspect", async () => {
    const world = current();
    const workerId = freshName("worker-");
    const before = await world.register({ workerId });
    const after = await world.register(
      { workerId },
      { resumeSessionId: before.sessionId, serverId: "replica-2" },
    );
    await world.store.markSuspect([before]);
    expect(await world.store.endSessions([before], "lost", "stream_lost")).to.deep.equal([]);
    expect(await world.session(before.sessionId)).to.include({ state: ONLINE, ended_at: null });
    expect(await world.store.endSessions([after], "lost", "stream_lost")).to.deep.equal([after.sessionId]);
    expect(await world.store.endSessions([before], "lost", "stream_lost")).to.deep.equal([]);
  });

  it("marks sessions suspect and draining without waking those that are over", async () => {
    const world = current();
    const [a, b, over] = [await world.register(), await world.register(), await world.register()];
    await world.store.endSessions([over], "lost", "test");
    await world.store.markSuspect([a, over]);
    expect((await world.session(a.sessionId)).state).to.equal(SUSPECT);
    expect(await world.store.markDraining([a.sessionId, b.sessionId, over.sessionId])).to.have.members([
      a.sessionId,
      b.sessionId,
    ]);
    await world.store.markSuspect([b]);
    expect((await world.session(b.sessionId)).state, "a draining session stays draining").to.equal(DRAINING);
    expect((await world.session(over.sessionId)).state).to.equal(LOST);
    expect(await world.store.markDraining([])).to.deep.equal([]);
  });

  it("finds the running jobs of sessions, and those that outlived their session", async () => {
    const world = current();
    const [a, b] = [await world.register(), await world.register()];
    const [first = 0, second = 0, done = 0] = await world.submit([{}, {}, {}]);
    await world.run(a, [first, done]);
    await world.run(b, [second]);
    await world.succeed([done]);
    expect(await world.store.jobsOfSessions([a.sessionId, b.sessionId])).to.deep.equal([
      { jobId: first, leaseEpoch: 1, sessionId: a.sessionId },
      { jobId: second, leaseEpoch: 1, sessionId: b.sessionId },
    ]);
    await world.store.endSessions([a], "lost", "test");
    const orphans = await world.store.orphanedJobs(1_000);
    expect(orphans).to.deep.include({ jobId: first, sessionId: a.sessionId });
    expect(orphans.some((orphan) => orphan.jobId === second)).to.equal(false);
    await world.giveBack([first], "lost");
    expect((await world.store.orphanedJobs(1_000)).some((orphan) => orphan.jobId === first)).to.equal(false);
  });
}

function orderSuite(current: () => StoreWorld): void {
  it("keeps orders in their order until they are deleted", async () => {
    const world = current();
    const session = await world.register();
    const [id = 0] = await world.submit([{}]);
    await world.run(session, [id]);
    const job = { sessionId: session.sessionId, jobId: id, leaseEpoch: 1, graceMs: 5 };
    await world.store.writeOrders([
      { ...job, kind: "cancel", reason: "a" },
      { ...job, kind: "revoke", reason: "b" },
      { ...job, kind: "drain", reason: "c", jobId: null, leaseEpoch: null },
    ]);
    await world.store.writeOrders([]);
    const orders = await world.store.ordersFor([session]);
    const createdMs = (await world.decoded([id]))[0]?.createdMs ?? 0;
    expect(orders.map((order) => order.id)).to.deep.equal(
      orders.map((order) => order.id).toSorted((a, b) => a - b),
    );
    expect(orders.map((order) => ({ ...order, id: 0 }))).to.deep.equal([
      { ...job, id: 0, kind: "cancel", reason: "a", createdMs, attempt: 1 },
      { ...job, id: 0, kind: "revoke", reason: "b", createdMs, attempt: 1 },
      { ...job, id: 0, kind: "drain", reason: "c", jobId: null, leaseEpoch: null, createdMs: 0, attempt: 0 },
    ]);
    await world.store.deleteOrders(orders.slice(0, 2).map((order) => order.id));
    await world.store.deleteOrders([]);
    expect((await world.store.ordersFor([session])).map((order) => order.kind)).to.deep.equal(["drain"]);
  });

  it("gives the orders of a resumed session to its new holder alone", async () => {
    const world = current();
    const workerId = freshName("worker-");
    const before = await world.register({ workerId });
    const drain = {
      sessionId: before.sessionId,
      kind: "drain",
      jobId: null,
      leaseEpoch: null,
      reason: "",
      graceMs: 0,
    } as const;
    await world.store.writeOrders([drain]);
    const after = await world.register({ workerId }, { resumeSessionId: before.sessionId });
    expect(await world.store.ordersFor([before])).to.deep.equal([]);
    expect(await world.store.ordersFor([after])).to.have.length(1);
  });
}
