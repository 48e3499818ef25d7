/** The part of the store's suite about a job that is submitted alone: written by a statement of its own, to the same rows. */
import { expect } from "chai";
import type { NewJob } from "../../server/core/job.js";
import { bytes, freshName, type StoreWorld } from "./store-world.js";

const RUN_AT_MS = Date.now() + 3_600_000;

const SHAPES: readonly (readonly [string, Partial<NewJob>])[] = [
  ["nothing but its type", {}],
  [
    "all that a job may have",
    {
      key: "k",
      payload: bytes("in"),
      priority: -7,
      inheritPriority: false,
      maxAttempts: 9,
      backoff: { kind: "linear", baseMs: 5, capMs: 50, jitter: 0.5 },
      executionTimeoutMs: 1_234,
      startTimeoutMs: 600_000,
      progressTimeoutMs: 5_000,
      onParentFailure: "fail",
      labels: { a: "1" },
      headers: { h: "\u00e4" },
    },
  ],
  ["a time to wait for", { runAtMs: RUN_AT_MS }],
  ["an empty payload", { payload: { contentType: "a/b", body: Buffer.alloc(0), uri: null } }],
  ["a payload elsewhere", { payload: { contentType: "a/b", body: null, uri: "s3://x" } }],
  ["a concurrency key", { concurrency: { key: "one at a time", limit: 2 } }],
  ["slack", { slackMs: 100 }],
];

export function storeLoneSuite(current: () => StoreWorld): void {
  /** What does not depend on when it was written. */
  async function written(id: number, alone: boolean) {
    const {
      id: _,
      created_at: createdAt,
      ready_at: readyAt,
      assigned_at: assignedAt,
      ...row
    } = await current().row(id);
    expect(createdAt.getTime()).to.be.within(Date.now() - 60_000, Date.now() + 60_000);
    return { ...row, isReady: readyAt !== null, isAssigned: assignedAt !== null, alone };
  }

  describe("a lone job", () => {
    for (const [name, shape] of SHAPES) {
      it(`with ${name} is the row that it is among others`, async () => {
        const world = current();
        const queue = freshName("q");
        const [lone = 0] = await world.submit([shape], { queue });
        const [among = 0] = await world.submit([shape, {}], { queue });
        expect(await written(lone, true)).to.deep.equal({ ...(await written(among, false)), alone: true });
      });

      it(`with ${name} is given to its session as it is among others`, async () => {
        const world = current();
        const queue = freshName("q");
        const session = await world.register();
        const lone = await world.submitAssigned([shape], [session], { queue });
        const among = await world.submitAssigned([shape, {}], [session, null], { queue });
        const [id = 0] = lone.ids;
        const [other = 0] = among.ids;
        expect(lone.taken.has(id)).to.equal(among.taken.has(other));
        expect(await written(id, true)).to.deep.equal({ ...(await written(other, false)), alone: true });
        const [own, others] = await Promise.all([world.executions(id), world.executions(other)]);
        const seen = (rows: typeof own) => rows.map(({ attempt, lease_epoch: epoch }) => [attempt, epoch]);
        expect(seen(own)).to.deep.equal(seen(others));
      });
    }

    it("stays ready when its session is over or drains, or its queue is paused or limited", async () => {
      const world = current();
      const [live, over, draining] = [await world.register(), await world.register(), await world.register()];
      await world.store.endSessions([over], "offline", "left");
      await world.store.markDraining([draining.sessionId]);
      const stale = { ...live, epoch: live.epoch + 1 };
      const [paused, limited] = [freshName("q"), freshName("q")];
      const [pausedId, limitedId] = [await world.queueId(paused), await world.queueId(limited)];
      await world.database.kysely
        .updateTable("queues")
        .set({ paused_at: new Date() })
        .where("id", "=", pausedId)
        .execute();
      await world.database.kysely
        .updateTable("queues")
        .set({ limited: true })
        .where("id", "=", limitedId)
        .execute();
      for (const [taker, queue] of [
        [over, "default"],
        [draining, "default"],
        [stale, "default"],
        [live, paused],
        [live, limited],
      ] as const) {
        const { ids, taken } = await world.submitAssigned([{}], [taker], { queue });
        expect(taken.size).to.equal(0);
        expect(await world.row(ids[0] ?? 0)).to.include({
          state: "ready",
          attempt: 0,
          lease_epoch: 0,
          session_id: null,
        });
        expect(await world.executions(ids[0] ?? 0)).to.deep.equal([]);
      }
      const { ids, taken } = await world.submitAssigned([{}], [live]);
      expect([...taken]).to.deep.equal(ids);
    });

    it("is written once, however often it is written", async () => {
      const world = current();
      const { ids, again } = await world.submitAssigned([{}], [await world.register()]);
      await again();
      expect(await world.row(ids[0] ?? 0)).to.include({ state: "running", attempt: 1 });
    });
  });
}
