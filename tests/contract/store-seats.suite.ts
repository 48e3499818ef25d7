/**
 * Seats: credit that a finish may give to dependents in the commit that releases them. The rules are those of a
 * claim; whoever gets no seat is ready, as ever.
 */
import { expect } from "chai";
import type { Finished, Seat } from "../../server/core/store.js";
import { storeJoinsSuite } from "./store-joins.suite.js";
import { bytes, freshName, type StoreWorld } from "./store-world.js";

interface Session {
  readonly sessionId: number;
  readonly epoch: number;
}

export function storeSeatsSuite(current: () => StoreWorld): void {
  const seats = async (
    queue: string,
    session: Session,
    count: number,
    over: Partial<Seat> = {},
  ): Promise<Seat[]> => {
    const { sessionId, epoch } = session;
    const queueId = await current().queueId(queue);
    return Array.from({ length: count }, () => ({ queueId, sessionId, epoch, types: null, ...over }));
  };

  const succeed = (ids: readonly number[], offered: readonly Seat[], output = "out"): Promise<Finished> =>
    current().store.finishSucceeded(
      ids.map((jobId) => ({ ref: { jobId, leaseEpoch: 1 }, output: bytes(output) })),
      offered,
    );

  /** One parent that runs, and dependents of it. */
  async function fan(queue: string, children: Parameters<StoreWorld["submit"]>[0]) {
    const world = current();
    const session = await world.register();
    const [parent = 0, ...ids] = await world.submit(
      [{ key: "parent" }, ...children.map((child) => ({ siblingParents: [0], ...child }))],
      { queue },
    );
    await world.run(session, [parent]);
    return { session, parent, ids };
  }

  storeJoinsSuite(current);

  describe("a finish with seats", () => {
    it("runs a dependent in the commit that releases it, with its parent's output", async () => {
      const world = current();
      const queue = freshName("q");
      const { session, parent, ids } = await fan(queue, [{ payload: bytes("in"), maxAttempts: 5, key: "c" }]);
      const [child = 0] = ids;
      const { seated, unblocked } = await succeed([parent], await seats(queue, session, 1));
      expect(unblocked.map(({ id, state, parentId }) => [id, state, parentId])).to.deep.equal([
        [child, "running", parent],
      ]);
      const [given] = seated;
      expect(given).to.deep.include({
        jobId: child,
        sessionId: session.sessionId,
        leaseEpoch: 1,
        attempt: 1,
        maxAttempts: 5,
        payload: bytes("in"),
        parentsTruncated: false,
      });
      expect(given?.parents).to.have.length(1);
      expect(given?.parents[0]).to.deep.include({ key: "parent", output: bytes("out"), succeeded: true });
      expect(await world.row(child)).to.include({
        state: "running",
        session_id: session.sessionId,
        lease_epoch: 1,
        attempt: 1,
        pending_parents: 0,
      });
      expect(await executions(child)).to.deep.equal([
        { lease_epoch: 1, attempt: 1, session_id: session.sessionId, ended_at: null },
      ]);
      expect(await world.succeed([child])).to.deep.equal([child]);
    });

    it("gives the outputs of several parents in the order of depends_on", async () => {
      const world = current();
      const queue = freshName("q");
      const session = await world.register();
      const [a = 0, b = 0, child = 0] = await world.submit(
        [{ key: "a" }, { key: "b" }, { siblingParents: [1, 0] }],
        { queue },
      );
      await world.run(session, [a, b]);
      await succeed([a], await seats(queue, session, 1), "of a");
      expect((await world.row(child)).state).to.equal("blocked");
      const { seated } = await succeed([b], await seats(queue, session, 1), "of b");
      expect(seated[0]?.parents.map(({ key, output }) => [key, output?.body?.toString()])).to.deep.equal([
        ["b", "of b"],
        ["a", "of a"],
      ]);
    });

    it("leaves out an output that is larger than an assignment may carry, and says so", async () => {
      const queue = freshName("q");
      const { session, parent } = await fan(queue, [{}]);
      const { seated } = await succeed([parent], await seats(queue, session, 1), "x".repeat(70_000));
      expect(seated[0]?.parentsTruncated).to.equal(true);
      expect(seated[0]?.parents[0]?.output).to.equal(null);
    });

    it("gives the seats to the most urgent, within a level in order of submission, and leaves the rest ready", async () => {
      const queue = freshName("q");
      const { session, parent, ids } = await fan(
        queue,
        [0, 3, 9, 2, 4].map((priority) => ({ priority, inheritPriority: false })),
      );
      const [low = 0, medium = 0, high = 0, medium2 = 0, high2 = 0] = ids;
      const { seated, unblocked } = await succeed([parent], await seats(queue, session, 3));
      expect(seated.map(({ jobId }) => jobId).toSorted((x, y) => x - y)).to.deep.equal([medium, high, high2]);
      const states = new Map(unblocked.map(({ id, state }) => [id, state]));
      expect([states.get(low), states.get(medium2)]).to.deep.equal(["ready", "ready"]);
      expect((await current().claim(session, [medium2, low])).assignments).to.have.length(2);
    });

    it("gives the seats of a level to those with the least slack first", async () => {
      const queue = freshName("q");
      const children = [{ slackMs: 2_000 }, { slackMs: 1_000 }, {}, { slackMs: 3_000, priority: 9 }, {}];
      const { session, parent, ids } = await fan(
        queue,
        children.map((child) => ({ ...child, inheritPriority: false })),
      );
      const { seated, unblocked } = await succeed([parent], await seats(queue, session, 4));
      const [most = 0, less = 0, none = 0, urgent = 0, none2 = 0] = ids;
      expect(seated.map(({ jobId }) => jobId)).to.have.members([urgent, none, none2, less]);
      const told = new Map(seated.map(({ jobId, slackMs }) => [jobId, slackMs]));
      expect([urgent, none, none2, less].map((id) => told.get(id))).to.deep.equal([3_000, 0, 0, 1_000]);
      const left = unblocked.find(({ id }) => id === most);
      const readyUs = ((await current().row(most)).ready_at?.getTime() ?? 0) * 1_000;
      expect((left?.readyUs ?? 0) - readyUs).to.be.within(2_000_000, 2_001_000);
    });

    it("fills the seats of each queue in their order, with its own jobs", async () => {
      const world = current();
      const queue = freshName("q");
      const { session: one, parent, ids } = await fan(queue, [{}, {}, {}]);
      const two = await world.register();
      const offered = [
        ...(await seats(queue, one, 1)),
        ...(await seats(freshName("q"), one, 5)),
        ...(await seats(queue, two, 1)),
      ];
      const { seated } = await succeed([parent], offered);
      expect(seated.map(({ jobId, sessionId }) => [jobId, sessionId])).to.have.deep.members([
        [ids[0], one.sessionId],
        [ids[1], two.sessionId],
      ]);
      expect((await world.row(ids[2] ?? 0)).state).to.equal("ready");
    });

    it("gives a seat only to the types it takes", async () => {
      const queue = freshName("q");
      const { session, parent, ids } = await fan(queue, [{ type: "a" }, { type: "b" }]);
      const { seated } = await succeed([parent], await seats(queue, session, 2, { types: ["b", "c"] }));
      expect(seated.map(({ jobId }) => jobId)).to.deep.equal([ids[1]]);
      expect((await current().row(ids[0] ?? 0)).state).to.equal("ready");
    });

    it("gives nothing to a session that has ended, drains, or is held under another epoch", async () => {
      const world = current();
      const queue = freshName("q");
      const { session, parent, ids } = await fan(queue, [{}, {}, {}]);
      const [ended, draining] = [await world.register(), await world.register()];
      await world.store.endSessions([{ ...ended }], "lost", "stream_lost");
      await world.store.markDraining([draining.sessionId]);
      const older = { ...session, epoch: session.epoch - 1 };
      const offered = [];
      for (const one of [ended, draining, older]) offered.push(...(await seats(queue, one, 1)));
      const { seated, unblocked, recorded } = await succeed([parent], offered);
      expect([...recorded]).to.deep.equal([parent]);
      expect(seated).to.deep.equal([]);
      expect(unblocked.map(({ id, state }) => [id, state])).to.deep.equal(ids.map((id) => [id, "ready"]));
    });

    it("gives nothing of a paused queue, and nothing that limits count", async () => {
      const world = current();
      for (const hold of ["pause", "limit"] as const) {
        const queue = freshName("q");
        const { session, parent, ids } = await fan(queue, [{}]);
        const values = hold === "pause" ? { paused_at: new Date() } : { limited: true };
        const queueId = await world.queueId(queue);
        await world.database.kysely.updateTable("queues").set(values).where("id", "=", queueId).execute();
        expect((await succeed([parent], await seats(queue, session, 1))).seated, hold).to.deep.equal([]);
        expect((await world.row(ids[0] ?? 0)).state, hold).to.equal("ready");
      }
      const queue = freshName("q");
      const { session, parent, ids } = await fan(queue, [{ concurrency: { key: "k", limit: 1 } }]);
      expect((await succeed([parent], await seats(queue, session, 1))).seated).to.deep.equal([]);
      expect((await world.row(ids[0] ?? 0)).state).to.equal("ready");
    });

    it("gives nothing whose time has not come", async () => {
      const queue = freshName("q");
      const { session, parent, ids } = await fan(queue, [{ runAtMs: Date.now() + 60_000 }]);
      const { seated, unblocked } = await succeed([parent], await seats(queue, session, 1));
      expect(seated).to.deep.equal([]);
      expect(unblocked.map(({ id, state }) => [id, state])).to.deep.equal([[ids[0], "scheduled"]]);
    });

    it("gives nothing for a result that its fence refuses", async () => {
      const queue = freshName("q");
      const { session, parent, ids } = await fan(queue, [{}]);
      const stale = [{ ref: { jobId: parent, leaseEpoch: 9 }, output: null }];
      const { recorded, seated } = await current().store.finishSucceeded(
        stale,
        await seats(queue, session, 1),
      );
      expect([recorded.size, seated.length]).to.deep.equal([0, 0]);
      expect((await current().row(ids[0] ?? 0)).state).to.equal("blocked");
    });

    it("keeps the deadline of a dependent that must start in time", async () => {
      const world = current();
      const queue = freshName("q");
      const { session, parent, ids } = await fan(queue, [{ startTimeoutMs: 60_000 }, {}]);
      const { seated } = await succeed([parent], await seats(queue, session, 2));
      expect(seated).to.have.length(2);
      expect(await world.deadlines(ids)).to.deep.equal([ids[0]]);
    });

    it("knows how many dependents a job was submitted with, also of one that is claimed", async () => {
      const world = current();
      const queue = freshName("q");
      const { session, parent, ids } = await fan(queue, [{}, {}]);
      const [grandchild = 0] = await world.submit([{}], { queue });
      expect((await world.row(parent)).dependents).to.equal(2);
      const { assignments } = await world.claim(session, [grandchild]);
      expect(assignments[0]?.dependents).to.equal(0);
      expect((await succeed([parent], await seats(queue, session, 1))).seated[0]).to.include({
        jobId: ids[0],
        dependents: 0,
      });
    });
  });

  function executions(jobId: number) {
    return current()
      .database.kysely.selectFrom("job_executions")
      .select(["lease_epoch", "attempt", "session_id", "ended_at"])
      .where("job_id", "=", jobId)
      .execute();
  }
}
