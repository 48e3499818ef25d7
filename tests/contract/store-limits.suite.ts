/**
 * Limits of keys and queues in the store: who is let through, in which order, and that a place is free again however
 * its job ended. Part of the store's contract suite.
 */
import { expect } from "chai";
import type { NewJob } from "../../server/core/job.js";
import { type LimitHold, NO_LIMITS } from "../../server/core/limits.js";
import { eventually } from "../support/eventually.js";
import { failure, freshName, type Held, type StoreWorld } from "./store-world.js";

const HOUR_MS = 3_600_000;

const keyed = (key: string, job: Partial<NewJob> = {}, limit: number | null = null): Partial<NewJob> => ({
  ...job,
  concurrency: { key, limit },
});

export function storeLimitsSuite(current: () => StoreWorld): void {
  let queue: string;
  let session: Held;

  beforeEach(async () => {
    queue = freshName("limited-");
    session = await current().register();
  });

  const submit = (...jobs: readonly Partial<NewJob>[]) => current().submit(jobs, { queue });

  async function claim(ids: readonly number[]): Promise<number[]> {
    const { assignments } = await current().claimLimited(queue, session, ids);
    return assignments.map(({ jobId }) => jobId).toSorted((a, b) => a - b);
  }

  async function turns(...keys: readonly string[]): Promise<number[]> {
    const jobs = await current().limits.turns(await current().queueId(queue), keys);
    return jobs.map(({ id }) => id).toSorted((a, b) => a - b);
  }

  /** As whoever gets the job is told. */
  async function heldBy(id: number): Promise<readonly LimitHold[]> {
    const [decoded = { id, createdMs: 0 }] = await current().decoded([id]);
    return (await current().views.getJob("default", decoded))?.heldBy ?? [];
  }

  async function setLimits(limits: Partial<typeof NO_LIMITS> | null): Promise<void> {
    const queueId = await current().queueId(queue);
    await current().limits.setLimits(queueId, limits === null ? null : { ...NO_LIMITS, ...limits });
  }

  describe("limits of a key", () => {
    it("the claim of jobs without limits, and that at submission, leave jobs with keys alone", async () => {
      const [plain = 0, held = 0] = await submit({}, keyed("k"));
      const { assignments, stillReady } = await current().claim(session, [plain, held]);
      expect(assignments.map(({ jobId }) => jobId)).to.deep.equal([plain]);
      expect(stillReady).to.have.length(1);
      expect(stillReady[0]).to.include({ id: held, concurrencyKey: "k", queueLimited: false });
      const written = await current().submitAssigned([{}, keyed("k")], [session, session], { queue });
      expect([...written.taken]).to.deep.equal([written.ids[0]]);
    });

    it("lets as many run as the job, the queue or the default of 1 says", async () => {
      const one = await submit(keyed("a"), keyed("a"));
      expect(await claim(one)).to.deep.equal(one.slice(0, 1));
      const own = await submit(...Array.from({ length: 4 }, () => keyed("b", {}, 3)));
      expect(await claim(own)).to.deep.equal(own.slice(0, 3));
      await setLimits({ keyConcurrency: 2 });
      const queues = await submit(keyed("c"), keyed("c"), keyed("c"));
      expect(await claim(queues)).to.deep.equal(queues.slice(0, 2));
    });

    it("says which were held by their key, and that others may still start", async () => {
      const ids = await submit(keyed("k"), keyed("k"), {}, keyed("other"));
      const claimed = await current().claimLimited(queue, session, ids);
      expect(claimed.assignments.map(({ jobId }) => jobId)).to.have.members([ids[0], ids[2], ids[3]]);
      expect(claimed.heldByKey.map(({ id }) => id)).to.deep.equal([ids[1]]);
      expect(claimed.stillReady).to.deep.equal([]);
      expect(claimed.room).to.deep.equal({ room: null, waitMs: null });
      expect(claimed.assignments[0]).to.include({ leaseEpoch: 1, attempt: 1, sessionId: session.sessionId });
      const members = Object.entries(claimed.assignments[0] ?? {});
      expect(
        members.filter(([, value]) => value === undefined),
        "what claim has as well",
      ).to.deep.equal([]);
      const jobs = await current().store.readyPage(await current().queueId(queue), 0, 10);
      expect(jobs, "what waits for a key is no lost hint").to.deep.equal([]);
      expect(await current().store.peekReady(await current().queueId(queue), null, 10)).to.deep.equal([]);
    });

    for (const [how, end] of [
      ["succeeds", (world: StoreWorld, id: number) => world.succeed([id])],
      [
        "fails for good",
        (world: StoreWorld, id: number) => world.report(id, failure({ nonRetryable: true })),
      ],
      [
        "waits to be run again",
        (world: StoreWorld, id: number) => world.report(id, failure({ retryAfterMs: HOUR_MS })),
      ],
      [
        "is given back for later",
        (world: StoreWorld, id: number) => world.giveBack([id], "released", 1, HOUR_MS),
      ],
      [
        "is lost with its worker and waits",
        (world: StoreWorld, id: number) => world.giveBack([id], "lost", 1, HOUR_MS),
      ],
    ] as const) {
      it(`its place is free when the job ${how}, and the next has its turn`, async () => {
        const [first = 0, second = 0] = await submit(keyed("k"), keyed("k"));
        expect(await claim([first, second])).to.deep.equal([first]);
        expect(await turns("k")).to.deep.equal([]);
        await end(current(), first);
        const [place] = await current().limits.leftPlaces([first]);
        expect(place).to.deep.equal({ queueId: await current().queueId(queue), key: "k" });
        expect(await turns("k")).to.deep.equal([second]);
        expect(await claim([second])).to.deep.equal([second]);
      });
    }

    it("lets the more urgent first and then in order of submission; what waited long counts as urgent", async () => {
      const [medium = 0, low = 0, high = 0, later = 0] = await submit(
        keyed("k"),
        keyed("k", { priority: 0 }),
        keyed("k", { priority: 7 }),
        keyed("k", { priority: 5 }),
      );
      const all = [later, high, medium, low];
      await current()
        .database.kysely.updateTable("jobs")
        .set({ ready_at: new Date(Date.now() - HOUR_MS) })
        .where("id", "=", low)
        .execute();
      const order: number[] = [];
      for (let ended = 0; ended < 4; ended++) {
        const turn = await turns("k");
        expect(
          await claim(all.filter((id) => !order.includes(id))),
          "however they are asked for",
        ).to.deep.equal(turn);
        order.push(...turn);
        await current().succeed(turn);
      }
      expect(order).to.deep.equal([low, high, later, medium]);
    });

    it("a smaller bound holds back what comes after it, so that it is never overtaken", async () => {
      const [running = 0, alone = 0, wide = 0] = await submit(
        keyed("k", {}, 5),
        keyed("k", {}, 1),
        keyed("k", {}, 5),
      );
      expect(await claim([running])).to.deep.equal([running]);
      expect(await claim([wide, alone])).to.deep.equal([]);
      await current().succeed([running]);
      expect(await claim([wide, alone])).to.deep.equal([alone]);
    });

    it("a job whose type nobody takes holds up only its own type, and all types share the places", async () => {
      const [rare = 0, a = 0, b = 0] = await submit(keyed("k", { type: "rare" }), keyed("k"), keyed("k"));
      expect(await turns("k")).to.deep.equal([rare, a]);
      expect(await claim([a, rare])).to.deep.equal([a]);
      await current().succeed([a]);
      expect(await claim([b])).to.deep.equal([b]);
      expect(await claim([rare])).to.deep.equal([]);
    });

    it("keys are walked one step each, and forgotten when they have no open job", async () => {
      const queueId = await current().queueId(queue);
      const ids = await submit(...["c", "a", "b", "a", "a"].map((key) => keyed(key)), {});
      expect(await current().limits.openKeys(queueId, null, 10)).to.deep.equal(["a", "b", "c"]);
      expect(await current().limits.openKeys(queueId, "a", 1)).to.deep.equal(["b"]);
      const [c = 0, a = 0, b = 0] = ids;
      await claim([a, b, c]);
      await current().succeed([b, c]);
      await current().limits.forgetUnused(1_000);
      const rows = (table: "concurrency_keys" | "limit_places") =>
        current().database.kysely.selectFrom(table).selectAll().where("queue_id", "=", queueId).execute();
      expect(await rows("concurrency_keys")).to.deep.equal([{ queue_id: queueId, key: "a" }]);
      expect((await rows("limit_places")).map((place) => place.job_id)).to.deep.equal([a]);
    });

    it("tells why a job is held", async () => {
      const [first = 0, second = 0, third = 0] = await submit(keyed("k"), keyed("k"), keyed("k"));
      await claim([first]);
      const held = { kind: "key", bound: 1, running: 1, nextStartAt: null, key: "k", periodMs: null };
      expect(await current().views.limitsHolding(first)).to.deep.equal([]);
      expect(await current().views.limitsHolding(second)).to.deep.equal([{ ...held, ahead: 0 }]);
      expect(await current().views.limitsHolding(third)).to.deep.equal([{ ...held, ahead: 1 }]);
      expect(await heldBy(first)).to.deep.equal([]);
      expect(await heldBy(third)).to.deep.equal([{ ...held, ahead: 1 }]);
      await current().succeed([first]);
      expect(await current().views.limitsHolding(second)).to.deep.equal([]);
    });
  });

  describe("limits of a queue", () => {
    it("count what ran before they were set, keep the claim without limits out, and end when cleared", async () => {
      const ids = await submit({}, {}, {}, {});
      expect(await claim(ids.slice(0, 1))).to.deep.equal(ids.slice(0, 1));
      await setLimits({ concurrency: 2 });
      const { assignments, stillReady } = await current().claim(session, ids.slice(1));
      expect(assignments).to.deep.equal([]);
      expect(stillReady.every((job) => job.queueLimited)).to.equal(true);
      const taken = await current().submitAssigned([{}], [session], { queue });
      expect(taken.taken.size).to.equal(0);
      const claimed = await current().claimLimited(queue, session, ids.slice(1));
      expect(claimed.assignments.map(({ jobId }) => jobId)).to.deep.equal(ids.slice(1, 2));
      expect(claimed.room).to.deep.equal({ room: 0, waitMs: null });
      expect(claimed.stillReady.map(({ id }) => id)).to.have.members(ids.slice(2));
      expect(await current().views.limitsHolding(ids[2] ?? 0)).to.deep.equal([
        { kind: "queue", bound: 2, running: 2, ahead: 0, nextStartAt: null, key: null, periodMs: null },
      ]);
      expect((await heldBy(ids[2] ?? 0)).map(({ kind }) => kind)).to.deep.equal(["queue"]);
      await setLimits(null);
      expect(await heldBy(ids[2] ?? 0)).to.deep.equal([]);
      await current().run(session, ids.slice(2));
    });

    it("a place is free when its job ended, and room is told before and after", async () => {
      const queueId = await current().queueId(queue);
      expect(await current().limits.queueRoom(queueId)).to.equal(null);
      await setLimits({ concurrency: 2 });
      const ids = await submit({}, {}, {});
      expect(await current().limits.queueRoom(queueId)).to.deep.equal({ room: 2, waitMs: null });
      await claim(ids.slice(0, 2));
      expect(await current().limits.queueRoom(queueId)).to.deep.equal({ room: 0, waitMs: null });
      await current().succeed(ids.slice(0, 1));
      expect(await current().limits.queueRoom(queueId)).to.deep.equal({ room: 1, waitMs: null });
      expect(await current().limits.leftPlaces(ids.slice(0, 1))).to.deep.equal([{ queueId, key: null }]);
      expect(await claim(ids.slice(2))).to.deep.equal(ids.slice(2));
    });

    it("finish says which of the ended were counted", async () => {
      const [plain = 0] = await current().submit([{}]);
      await current().run(session, [plain]);
      const [counted = 0] = await submit(keyed("k"));
      await claim([counted]);
      const { freed, recorded } = await current().store.finishSucceeded(
        [plain, counted].map((jobId) => ({ ref: { jobId, leaseEpoch: 1 }, output: null })),
      );
      expect([...recorded]).to.have.members([plain, counted]);
      expect(freed).to.deep.equal([counted]);
    });

    it("a rate lets the burst through at once and then a start a token, by the database's clock", async () => {
      const queueId = await current().queueId(queue);
      await setLimits({ rate: { starts: 1, periodMs: 400, burst: 3 } });
      const ids = await submit({}, {}, {}, {}, {});
      const claimed = await current().claimLimited(queue, session, ids);
      expect(claimed.assignments.map(({ jobId }) => jobId)).to.deep.equal(ids.slice(0, 3));
      expect(claimed.room.room).to.equal(0);
      expect(claimed.room.waitMs).to.be.within(0, 400);
      const [hold] = await current().views.limitsHolding(ids[3] ?? 0);
      expect(hold).to.include({ kind: "rate", bound: 1, periodMs: 400 });
      await eventually(async () => ((await current().limits.queueRoom(queueId))?.room ?? 0) > 0, 10_000);
      expect(await claim(ids.slice(3, 4))).to.deep.equal(ids.slice(3, 4));
      const [first, fourth] = await Promise.all([ids[0], ids[3]].map((id) => current().executions(id ?? 0)));
      const apartMs = (fourth?.[0]?.assigned_at.getTime() ?? 0) - (first?.[0]?.assigned_at.getTime() ?? 0);
      expect(apartMs).to.be.at.least(399);
    });

    it("setting them again keeps the tokens that are left", async () => {
      await setLimits({ rate: { starts: 1, periodMs: HOUR_MS, burst: 2 } });
      const ids = await submit({}, {}, {}, {});
      expect(await claim(ids)).to.deep.equal(ids.slice(0, 2));
      await setLimits({ rate: { starts: 1, periodMs: HOUR_MS, burst: 50 } });
      expect(await claim(ids)).to.deep.equal([]);
      await setLimits({ concurrency: 3 });
      expect(await claim(ids)).to.deep.equal(ids.slice(2, 3));
    });

    it("keys and the queue hold together", async () => {
      await setLimits({ concurrency: 2 });
      const ids = await submit(keyed("a"), keyed("a"), keyed("b"), keyed("c"), {});
      const claimed = await current().claimLimited(queue, session, ids);
      expect(claimed.assignments.map(({ jobId }) => jobId)).to.have.members([ids[0], ids[2]]);
      expect(claimed.heldByKey.map(({ id }) => id)).to.deep.equal([ids[1]]);
      expect(claimed.stillReady.map(({ id }) => id)).to.have.members([ids[3], ids[4]]);
    });
  });
}
