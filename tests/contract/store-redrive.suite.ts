/**
 * The part of the store's suite about canary redrives, stepped by hand: canaries first, the rest only when all of them
 * succeeded, one at a time, and nothing by two steps at once.
 */
import { expect } from "chai";
import type { DeadLetterFilter } from "../../server/core/dead-letters.js";
import type { RedriveView } from "../../server/core/redrive.js";
import { eventually } from "../support/eventually.js";
import { broken, deadJobs } from "./dead-jobs.js";
import type { StoreWorld } from "./store-world.js";

export const ANY_LETTER: Omit<DeadLetterFilter, "namespace"> = {
  jobPublicIds: null,
  graphPublicId: null,
  queue: null,
  type: null,
  fingerprint: null,
  reason: null,
  errorType: null,
  diedAfterMs: null,
  diedBeforeMs: null,
};

const MESSAGES = ["m 1", "m 2", "m 3", "m 4", "m 5", "m 6"];

class RedriveRoom {
  readonly world: StoreWorld;
  readonly namespace: string;
  readonly ids: readonly number[];
  readonly redriveId: number;

  private constructor(world: StoreWorld, dead: { namespace: string; ids: number[] }, redriveId: number) {
    this.world = world;
    this.namespace = dead.namespace;
    this.ids = dead.ids;
    this.redriveId = redriveId;
  }

  static async open(world: StoreWorld, perSecond = 1000): Promise<RedriveRoom> {
    const dead = await deadJobs(world, MESSAGES);
    const filter = { ...ANY_LETTER, namespace: dead.namespace };
    const id = await world.store.startRedrive({ filter, canary: 2, perSecond });
    return new RedriveRoom(world, dead, id ?? 0);
  }

  async view(): Promise<RedriveView> {
    const [view] = await this.world.views.redrives(this.namespace, { id: this.redriveId, isOpen: false });
    if (view === undefined) throw new Error(`no redrive ${this.redriveId}`);
    return view;
  }

  /** Steps whatever is due until it is as wanted. */
  async until(done: (view: RedriveView) => boolean): Promise<RedriveView> {
    let view = await this.view();
    await eventually(async () => {
      await this.world.store.stepRedrive();
      view = await this.view();
      return done(view);
    }, 15_000);
    return view;
  }

  async run(ids: readonly number[], how: "succeed" | "die"): Promise<void> {
    await this.world.run(await this.world.register(), ids);
    if (how === "succeed") await this.world.succeed(ids, 2);
    else for (const id of ids) await this.world.report(id, broken("again"), 2);
  }

  async stop(): Promise<void> {
    await this.world.store.stopRedrive({ namespace: this.namespace, id: this.redriveId, reason: "enough" });
  }
}

export function storeRedriveSuite(current: () => StoreWorld): void {
  describe("redrives", () => {
    it("retries the canaries, waits for their end, and then the rest", async () => {
      const room = await RedriveRoom.open(current());
      expect(await room.view()).to.include({ state: "canary", total: 6, retried: 0, endedAt: null });
      const watched = await room.until(({ retried }) => retried > 0);
      expect(watched).to.include({ state: "canary", retried: 2, canariesSucceeded: 0 });
      expect(watched.canaryPublicIds).to.have.length(2);
      const canaries = room.ids.slice(0, 2);
      await room.run(canaries.slice(0, 1), "succeed");
      expect(await room.until(({ canariesSucceeded }) => canariesSucceeded === 1)).to.include({ retried: 2 });
      expect(await room.world.states(room.ids)).to.deep.equal([
        ...["succeeded", "ready", "dead", "dead", "dead", "dead"],
      ]);
      await room.run(canaries.slice(1), "succeed");
      const done = await room.until(({ endedAt }) => endedAt !== null);
      expect(done).to.include({ state: "done", retried: 6, canariesSucceeded: 2, refused: 0, reason: "" });
      expect(await room.world.states(room.ids.slice(2))).to.deep.equal(Array(4).fill("ready"));
    });

    it("stops when a canary does not succeed, names it, and leaves the rest dead", async () => {
      const room = await RedriveRoom.open(current());
      await room.until(({ retried }) => retried === 2);
      await room.run(room.ids.slice(1, 2), "die");
      const failed = await room.until(({ endedAt }) => endedAt !== null);
      expect(failed).to.include({ state: "failed", retried: 2 });
      expect(failed.reason).to.equal(`canary ${failed.canaryPublicIds[1]} is dead (non_retryable)`);
      expect(await room.world.states(room.ids)).to.deep.equal([
        ...["ready", "dead", "dead", "dead", "dead", "dead"],
      ]);
    });

    it("lets the rest follow no faster than its rate, and goes on where it was [slow]", async () => {
      const room = await RedriveRoom.open(current(), 2);
      await room.until(({ retried }) => retried === 2);
      await room.run(room.ids.slice(0, 2), "succeed");
      await room.until(({ state }) => state === "rest");
      const startedMono = performance.now();
      const done = await room.until(({ endedAt }) => endedAt !== null);
      expect(done).to.include({ state: "done", retried: 6 });
      // Four of them, two a second; the first after half a second. Timers may be late, never early.
      expect(performance.now() - startedMono).to.be.at.least(1_900);
    });

    it("is one at a time in a namespace, and ends when it is stopped", async () => {
      const room = await RedriveRoom.open(current());
      const { namespace } = room;
      const settings = { filter: { ...ANY_LETTER, namespace }, canary: 1, perSecond: 1 };
      expect(await room.world.store.startRedrive(settings)).to.equal(null);
      await room.until(({ retried }) => retried === 2);
      await room.stop();
      expect(await room.view()).to.include({ state: "stopped", reason: "enough", retried: 2 });
      await room.stop();
      await room.run(room.ids.slice(0, 2), "succeed");
      const next = await room.world.store.startRedrive(settings);
      expect(next).to.be.a("number").above(room.redriveId);
      await room.world.store.stopRedrive({ namespace, id: next ?? 0, reason: "" });
      expect(await room.world.states(room.ids.slice(2))).to.deep.equal(Array(4).fill("dead"));
    });

    it("takes each job once when many step it at once", async () => {
      const room = await RedriveRoom.open(current());
      await Promise.all(Array.from({ length: 8 }, () => room.world.store.stepRedrive()));
      expect(await room.until(({ retried }) => retried > 0)).to.include({ retried: 2 });
      const rows = await Promise.all(room.ids.map((id) => room.world.row(id)));
      expect(rows.map(({ generation }) => generation)).to.deep.equal([2, 2, 1, 1, 1, 1]);
      await room.stop();
    });

    it("is done at once when there is nothing to retry", async () => {
      const world = current();
      const filter = { ...ANY_LETTER, namespace: "nothing-is-dead-here" };
      const id = await world.store.startRedrive({ filter, canary: 2, perSecond: 1 });
      await eventually(async () => {
        await world.store.stepRedrive();
        const [view] = await world.views.redrives(filter.namespace, { id, isOpen: false });
        return view?.state === "done" && view.total === 0;
      }, 15_000);
      expect(await world.store.redriveDueInMs()).to.satisfy(
        (dueInMs: number | null) => dueInMs === null || dueInMs >= 0,
      );
    });
  });
}
