/**
 * The races between parents that end and dependents that appear, on real Postgres: lost wake-ups, diamonds, shared
 * children in different orders, and a random graph under load. What is stuck or deadlocked here stays so for ever.
 */
import { expect } from "chai";
import pg from "pg";
import { raiseParents } from "../../server/store/raise-parents.js";
import { bytes, failure, type StoreWorld } from "../contract/store-world.js";
import { eventually } from "../support/eventually.js";
import { race, Races, randomFrom, rounds, shuffled } from "./store-races-world.js";

const LOAD_MS = 6_000;

describe("races about dependencies", function () {
  this.timeout(90_000);
  let races: Races;

  before(async () => {
    races = await Races.open(4);
  });

  after(() => races.close());

  it("a child submitted while its parent succeeds: ready, whoever comes first", async () => {
    const order = { childFirst: 0, parentFirst: 0 };
    await rounds(300, 6, async (round) => {
      const world = races.at(round);
      const [parent = 0] = await world.submit([{}]);
      await world.run(await world.register(), [parent]);
      const submit = () => races.at(round + 1).submitLinked([{ earlierParents: [parent] }]);
      const succeed = () => races.at(round + 2).succeed([parent]);
      const [submitted] = await race(round, submit, succeed);
      const child = await world.row(submitted.jobs[0]?.id ?? 0);
      expect([child.state, child.pending_parents]).to.deep.equal(["ready", 0]);
      order[submitted.changed.length === 0 ? "childFirst" : "parentFirst"]++;
    });
    expect(order.childFirst * order.parentFirst, JSON.stringify(order)).to.be.above(0);
  });

  it("a child submitted while its parent fails: ended by its policy, whoever comes first", async () => {
    await rounds(120, 6, async (round) => {
      const world = races.at(round);
      const [parent = 0] = await world.submit([{}]);
      await world.run(await world.register(), [parent]);
      const policy = (["cancel", "fail", "run"] as const)[round % 3] ?? "run";
      const [submitted] = await Promise.all([
        races.at(round + 1).submitLinked([{ earlierParents: [parent], onParentFailure: policy }]),
        races.at(round + 2).report(parent, failure({ nonRetryable: true })),
      ]);
      const expected = { cancel: "cancelled", fail: "dead", run: "ready" }[policy];
      expect(await world.states([submitted.jobs[0]?.id ?? 0])).to.deep.equal([expected]);
    });
  });

  it("two parents that succeed at once: whoever gives the child a seat gives it the outputs of both", async () => {
    const seen = { seated: 0, ready: 0 };
    await rounds(200, 4, async (round) => {
      const world = races.at(round);
      const session = await world.register();
      const [a = 0, b = 0, child = 0] = await world.submit([{}, {}, { siblingParents: [0, 1] }]);
      await world.run(session, [a, b]);
      const seat = { ...session, queueId: await world.queueId("default"), types: null };
      const succeed = (replica: number, jobId: number) => () =>
        races
          .at(round + replica)
          .store.finishSucceeded([{ ref: { jobId, leaseEpoch: 1 }, output: bytes(`of ${jobId}`) }], [seat]);
      const finished = await race(round, succeed(1, a), succeed(2, b));
      const seated = finished.flatMap((each) => each.seated);
      // Whoever waited for the other's lock decided before what it then saw, and leaves the child to a claim.
      seen[seated.length === 1 ? "seated" : "ready"]++;
      const [given] = seated.length === 1 ? seated : (await world.claim(session, [child])).assignments;
      expect(given?.jobId).to.equal(child);
      expect(given?.parents.map(({ output }) => output?.body?.toString())).to.deep.equal([
        `of ${a}`,
        `of ${b}`,
      ]);
      expect(await world.succeed([child])).to.deep.equal([child]);
    });
    expect(seen.seated * seen.ready, JSON.stringify(seen)).to.be.above(0);
  });

  it("a diamond whose two parents succeed at once: the child is ready, and reported by exactly one", async () => {
    await rounds(200, 6, async (round) => {
      const world = races.at(round);
      const [a = 0, b = 0, child = 0] = await world.submit([{}, {}, { siblingParents: [0, 1] }]);
      await world.run(await world.register(), [a, b]);
      const finished = await Promise.all(
        [a, b].map((jobId, at) =>
          races.at(round + at).store.finishSucceeded([{ ref: { jobId, leaseEpoch: 1 }, output: null }]),
        ),
      );
      expect(finished.flatMap(({ unblocked }) => unblocked.map(({ id }) => id))).to.deep.equal([child]);
      expect(await world.states([child])).to.deep.equal(["ready"]);
    });
  });

  it("a dependent with one parent that fails and one that succeeds at once: ended, not ready", async () => {
    await rounds(120, 6, async (round) => {
      const world = races.at(round);
      const [a = 0, b = 0, child = 0] = await world.submit([{}, {}, { siblingParents: [0, 1] }]);
      await world.run(await world.register(), [a, b]);
      await Promise.all([
        races.at(round + 1).succeed([a]),
        races.at(round + 2).report(b, failure({ nonRetryable: true })),
      ]);
      expect(await world.states([child])).to.deep.equal(["cancelled"]);
    });
  });

  it("batches of parents with shared children, in any order: no deadlock, every child counted exactly", async () => {
    const world = races.one;
    const random01 = randomFrom(7);
    const session = await world.register();
    for (let round = 0; round < 5; round++) {
      const layers = [80, 80, 80];
      const jobs = layers.flatMap((size, layer) =>
        Array.from({ length: size }, () => ({
          siblingParents:
            layer === 0
              ? []
              : shuffled(
                  Array.from({ length: 80 }, (_, at) => at + (layer - 1) * 80),
                  random01,
                ).slice(0, 5),
        })),
      );
      const ids = await world.submit(jobs);
      for (let layer = 0; layer < 3; layer++) {
        const own = ids.slice(layer * 80, layer * 80 + 80);
        expect(new Set(await world.states(own))).to.deep.equal(new Set(["ready"]));
        await world.run(session, own);
        const order = shuffled(own, random01);
        await rounds(10, 8, async (batch) => {
          await races.at(batch).succeed(order.slice(batch * 8, batch * 8 + 8));
        });
      }
    }
  });

  describe("a priority that sinks while somebody waits for its lock", () => {
    const STAND = "update jobs set effective_priority = $2, priority_source = $3 where id = $1";
    let holder: pg.Client;
    let observer: pg.Client;

    beforeEach(async () => {
      [holder, observer] = [1, 2].map(() => new pg.Client({ connectionString: races.fresh.url })) as [
        pg.Client,
        pg.Client,
      ];
      await Promise.all([holder.connect(), observer.connect()]);
    });

    afterEach(() => Promise.all([holder.end(), observer.end()]));

    async function waitsForLock(statement: string): Promise<void> {
      const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%${statement}%'`;
      await eventually(async () => (await observer.query(waits)).rowCount === 1, 10_000);
    }

    it("is raised for a new dependent under a lock strong enough", async () => {
      const [parent = 0] = await races.one.submit([{ priority: 1 }]);
      await holder.query(STAND, [parent, 5, parent]); // as a dependent that has left since had raised it
      await holder.query("begin");
      await holder.query(STAND, [parent, 1, null]);
      // It sees 5, so nothing is to be raised, and asks for a shared lock.
      const submitting = races.at(1).submitLinked([{ earlierParents: [parent], priority: 3 }]);
      await waitsForLock("lock_parents");
      const before = races.retried.length;
      await holder.query("commit");
      await submitting;
      expect(races.retried.slice(before), "begun again, with what it has to lock").to.deep.equal(["40001"]);
      expect((await races.one.row(parent)).effective_priority).to.equal(3);
    });

    it("is raised for a reopened dependent in a transaction that has its lock from the start", async () => {
      const world = races.one;
      const [above = 0, parent = 0, child = 0] = await world.submit([
        { priority: 1 },
        { priority: 1, siblingParents: [0] },
        { priority: 3, siblingParents: [1] },
      ]);
      await holder.query(STAND, [parent, 1, null]);
      await holder.query(STAND, [above, 5, above]);
      await holder.query("begin");
      await holder.query(STAND, [parent, 1, null]);
      await holder.query(STAND, [above, 1, null]);
      const { queue_id: queueId, created_at: createdAt } = await world.row(child);
      // It sees 5 above, so only the parent is to be raised, and is locked alone.
      const raising = raiseParents(races.at(1).database, [
        {
          id: child,
          createdMs: createdAt.getTime(),
          queueId,
          graphId: null,
          state: "blocked",
          type: "resize",
          effectivePriority: 3,
          readyUs: null,
          runAtMs: null,
        },
      ]);
      await waitsForLock("lock_priorities");
      await holder.query("commit");
      await raising;
      const { rows } = await observer.query<{ effective_priority: number; writer: string }>(
        "select effective_priority, xmin::text as writer from jobs where id = any ($1) order by id",
        [[above, parent]],
      );
      expect(rows.map((row) => row.effective_priority)).to.deep.equal([3, 3]);
      expect(new Set(rows.map((row) => row.writer)).size, "transactions").to.equal(2);
    });
  });

  it("a random graph under load: everything ends, nothing is stuck, nothing deadlocks", async () => {
    const load = new GraphLoad(races);
    await load.run(LOAD_MS);
    await load.drain();
    expect(load.submitted, "jobs submitted").to.be.above(100);
    expect(load.counts.succeeded, JSON.stringify(load.counts)).to.be.above(50);
    expect(
      load.counts.lost * load.counts.failed * load.counts.cancelled,
      JSON.stringify(load.counts),
    ).to.be.above(0);
  });
});

/** Ten workers and submitters over four replicas; each job depends on up to four of the newest sixty. */
class GraphLoad {
  submitted = 0;
  readonly counts = { succeeded: 0, failed: 0, lost: 0, cancelled: 0, retried: 0 };
  readonly #races: Races;
  readonly #newest: number[] = [];
  #isOver = false;

  constructor(races: Races) {
    this.#races = races;
  }

  async run(durationMs: number): Promise<void> {
    const endMono = performance.now() + durationMs;
    const until = async (lane: number, step: (random01: () => number) => Promise<void>): Promise<void> => {
      const random01 = randomFrom(lane);
      while (performance.now() < endMono) await step(random01);
    };
    const queueId = await this.#races.one.queueId("default");
    await Promise.all([
      ...[1, 2, 3].map((lane) => until(lane, (random01) => this.#submit(this.#races.at(lane), random01))),
      ...[4, 5, 6, 7, 8].map(async (lane) => {
        const world = this.#races.at(lane);
        const session = await world.register();
        await until(lane, (random01) => this.#work(world, session, queueId, random01));
      }),
      ...[9, 10].map((lane) => until(lane, (random01) => this.#meddle(this.#races.at(lane), random01))),
    ]);
    this.#isOver = true;
  }

  /** Runs what is left; ends when nothing is open. */
  async drain(): Promise<void> {
    const world = this.#races.one;
    const session = await world.register();
    const queueId = await world.queueId("default");
    const never = (): number => 0.5;
    for (let idle = 0; idle < 3;) {
      await world.database.kysely
        .updateTable("jobs")
        .set({ run_at: new Date(1) })
        .where("state", "=", 1)
        .execute();
      await world.store.promoteDue(10_000);
      const open = await world.database.kysely
        .selectFrom("jobs")
        .select(({ fn }) => fn.countAll<number>().as("n"))
        .where("finished_at", "is", null)
        .executeTakeFirstOrThrow();
      if (open.n === 0) return;
      const before = this.counts.succeeded;
      await this.#work(world, session, queueId, never);
      idle = this.counts.succeeded === before ? idle + 1 : 0;
    }
    throw new Error("open jobs are left of which none is ready");
  }

  async #submit(world: StoreWorld, random01: () => number): Promise<void> {
    const parents = shuffled(this.#newest.slice(-60), random01).slice(0, Math.floor(random01() * 5));
    const onParentFailure = (["cancel", "fail", "run", "run"] as const)[Math.floor(random01() * 4)] ?? "run";
    const job = { onParentFailure, priority: Math.floor(random01() * 6), maxAttempts: 1 };
    const ids =
      parents.length === 0
        ? await world.submit([job, { ...job, siblingParents: [0] }])
        : [await world.child(parents, job)];
    this.#newest.push(...ids);
    this.submitted += ids.length;
  }

  async #work(
    world: StoreWorld,
    session: { readonly sessionId: number; readonly epoch: number },
    queueId: number,
    random01: () => number,
  ): Promise<void> {
    const page = await world.store.peekReady(queueId, null, 100);
    const asked = shuffled(page, random01).slice(0, this.#isOver ? 100 : 20);
    const { assignments } = await world.claim(
      session,
      asked.map((job) => job.id),
    );
    const good: { ref: { jobId: number; leaseEpoch: number }; output: null }[] = [];
    for (const { jobId, leaseEpoch } of assignments) {
      const dice = random01();
      if (dice < 0.03) {
        if ((await world.report(jobId, failure(), leaseEpoch)).disposition === "committed")
          this.counts.failed++;
      } else if (dice < 0.06) {
        await world.giveBack([jobId], "lost", leaseEpoch);
        this.counts.lost++;
      } else good.push({ ref: { jobId, leaseEpoch }, output: null });
    }
    if (good.length === 0) return;
    this.counts.succeeded += (await world.store.finishSucceeded(good)).recorded.size;
  }

  async #meddle(world: StoreWorld, random01: () => number): Promise<void> {
    const id = shuffled(this.#newest.slice(-40), random01)[0];
    if (id === undefined) return void (await world.store.databaseNowMs());
    if (random01() < 0.5) {
      if ((await world.cancel.cancelJob(id, "no", 0)).state === "cancelled") this.counts.cancelled++;
      await world.store.lowerAncestors([id]);
    } else {
      await world.retry.retryJob(id).then(
        () => this.counts.retried++,
        () => 0, // it was not over, or stands behind a parent that failed
      );
    }
  }
}
