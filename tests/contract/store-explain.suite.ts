/** The store's contract for explaining a job: what is read above it, how its type is served, what executions took. */
import { expect } from "chai";
import { NOT_AGED, freshName, failure, type StoreWorld } from "./store-world.js";

export function storeExplainSuite(current: () => StoreWorld): void {
  describe("explaining", () => {
    const lineage = async (id: number) => {
      const [decoded] = await current().decoded([id]);
      return decoded === undefined ? null : current().views.explainJob("default", decoded);
    };

    it("reads the open jobs above a blocked one, whatever the way up, and nothing else", async () => {
      const world = current();
      const worker = freshName("worker-");
      const [a = 0, b = 0, c = 0, d = 0, e = 0] = await world.submit([
        { key: "a" },
        { siblingParents: [0] },
        { siblingParents: [0] },
        { siblingParents: [1, 2] },
        {},
      ]);
      const child = await world.child([d, e]);
      const session = await world.register({ workerId: worker });
      await world.run(session, [e]);
      await world.succeed([e]);
      await world.run(session, [a]);
      const found = await lineage(child);
      expect(found?.job).to.deep.include({
        state: "blocked",
        pendingParents: 1,
        parentIds: [d],
        worker: null,
      });
      expect(found?.isCut).to.equal(false);
      const above = new Map(found?.above.map((job) => [job.id, job]));
      expect([...above.keys()]).to.have.members([a, b, c, d]);
      expect(above.get(d)?.parentIds).to.have.members([b, c]);
      expect(above.get(a)).to.deep.include({ key: "a", state: "running", attempt: 1, parentIds: [] });
      expect(above.get(a)?.worker).to.include({ workerId: worker, state: "online" });
      expect(above.get(a)?.worker?.leaseExpiresAt).to.be.instanceOf(Date);
    });

    it("reads the failed parents above a job that they ended, the open ones below them not", async () => {
      const world = current();
      const [a = 0, b = 0, c = 0] = await world.submit([{}, {}, { siblingParents: [0, 1] }]);
      const child = await world.child([c]);
      await world.run(await world.register(), [a]);
      await world.report(a, failure({ nonRetryable: true }));
      const found = await lineage(child);
      expect(found?.job).to.deep.include({ state: "cancelled", stateReason: "parent_cancelled" });
      const above = new Map(found?.above.map((job) => [job.id, job]));
      expect([...above.keys()]).to.have.members([a, c]);
      expect(above.get(c)).to.deep.include({ stateReason: "parent_failed", parentIds: [a] });
      expect(above.get(a)?.error).to.deep.equal({ errorType: "Error", message: "it failed" });
      expect(await world.states([b])).to.deep.equal(["ready"]);
    });

    it("finds no job of another namespace, or of another creation time", async () => {
      const world = current();
      const [id = 0] = await world.submit([{}]);
      const [decoded = { id: 0, createdMs: 0 }] = await world.decoded([id]);
      expect(await world.views.explainJob(freshName("ns"), decoded)).to.equal(null);
      const other = { ...decoded, createdMs: decoded.createdMs + 1 };
      expect(await world.views.explainJob("default", other)).to.equal(null);
    });

    it("counts slots of those online that take the type, and what is ahead by level, age and type", async () => {
      const world = current();
      const [namespace, queue] = [freshName("ns"), freshName("q")];
      const subscription = { queue, jobTypes: ["resize", "crop"], maxInFlight: 2 };
      const registered = { namespace, subscriptions: [subscription], maxInFlight: 8 };
      const session = await world.register(registered);
      const drained = await world.register({ ...registered });
      await world.store.markDraining([drained.sessionId]);
      await world.register({ namespace, subscriptions: [{ queue, jobTypes: ["other"], maxInFlight: 0 }] });
      const ids = await world.submit(
        [{}, {}, { type: "crop", priority: 9 }, { type: "other", priority: 9 }, { priority: 1 }, {}],
        { namespace, queue },
      );
      await world.run(session, ids.slice(0, 1));
      const facts = (jobId: number | null, type = "resize") =>
        world.views.dispatchFacts({ namespace, queue, type, jobId, ...NOT_AGED });
      const shown = await facts(ids[5] ?? 0);
      expect(shown).to.deep.include({
        pausedAt: null,
        online: 1,
        suspect: 0,
        draining: 1,
        slots: 2,
        slotsFree: 1,
        ahead: 2, // the other of its level, and the crop above; what nobody of them takes is not in the way
        isAheadExact: true,
      });
      expect((await facts(ids[4] ?? 0)).ahead).to.equal(3);
      expect((await facts(ids[2] ?? 0, "crop")).ahead).to.equal(0);
      const aged = { namespace, queue, type: "resize", jobId: ids[4] ?? 0, ageingLowMs: -60_000 };
      // Aged to the top, all of them are in the order of their age.
      expect((await world.views.dispatchFacts({ ...aged, ageingMediumMs: -60_000 })).ahead).to.equal(2);
      expect(await facts(null, "unknown")).to.deep.include({ online: 0, slots: 0, ahead: null });
      expect((await facts(null, "unknown")).subscribed).to.deep.equal([
        { queue, jobTypes: ["resize", "crop"], sessions: 2 },
        { queue, jobTypes: ["other"], sessions: 1 },
      ]);
      await world.views.setQueuePaused({ namespace, name: queue }, true);
      expect((await facts(null)).pausedAt).to.be.instanceOf(Date);
    });

    it("knows how long executions of a type took, and nothing of a type that never ran", async () => {
      const world = current();
      const type = freshName("type-");
      expect(await world.views.serviceTimes(type)).to.equal(null);
      const ids = await world.submit(Array.from({ length: 10 }, () => ({ type })));
      await world.run(await world.register(), ids);
      await world.succeed(ids);
      for (const [at, id] of ids.entries()) {
        await world.database.kysely
          .updateTable("job_executions")
          .set({ assigned_at: new Date(1_000_000), ended_at: new Date(1_000_000 + (at + 1) * 1_000) })
          .where("job_id", "=", id)
          .execute();
      }
      expect(await world.views.serviceTimes(type)).to.deep.equal({
        samples: 10,
        medianMs: 5_500,
        p90Ms: 9_100,
      });
    });
  });
}
