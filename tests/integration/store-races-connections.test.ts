/**
 * Connections to Postgres that are lost at the worst moment: after COMMIT was sent, between two statements, all of
 * them during work. A verb either happened once, or says that its outcome is unknown; the process always stays.
 */
import { expect } from "chai";
import type { InsertJob } from "../../server/core/store.js";
import pg from "pg";
import { MusterError } from "../../server/core/errors.js";
import { Database } from "../../server/store/database.js";
import { codeOf } from "../contract/store-refusal.js";
import { freshName, StoreWorld } from "../contract/store-world.js";
import { eventually } from "../support/eventually.js";
import { NEW_JOB } from "../support/new-job.js";
import { FaultProxy } from "../support/proxy.js";
import { Races } from "./store-races-world.js";

/** ReadyForQuery, idle: whatever was asked for is committed. */
const COMMITTED = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
/** ReadyForQuery of any kind. */
const ANSWERED = Buffer.from([0x5a, 0, 0, 0, 5]);

describe("lost connections to Postgres", function () {
  this.timeout(60_000);
  let races: Races;
  let proxy: FaultProxy;
  /** Its connections lead through the proxy. */
  let shaky: StoreWorld;
  let errors: Error[] = [];

  before(async () => {
    races = await Races.open(1);
    const url = new URL(races.fresh.url);
    proxy = await FaultProxy.open(Number(url.port));
    url.port = String(proxy.port);
    const onError = (error: Error) => errors.push(error);
    shaky = new StoreWorld(new Database({ connection: { url: url.href }, poolMax: 5, onError }));
  });

  beforeEach(async () => {
    proxy.pass();
    proxy.cuts = 0;
    errors = [];
    await shaky.store.databaseNowMs();
  });

  after(async () => {
    await shaky.database.close();
    await proxy.close();
    await races.close();
  });

  /** The next statement that holds this text is carried out, and its answer is lost. On connections without a past. */
  async function loseAnswerTo(text: string, untilReply = COMMITTED): Promise<void> {
    proxy.reset();
    await eventually(() => shaky.database.hot("database_now", []), 5_000);
    proxy.cutAfterMatch({ pattern: Buffer.from(text), untilReply, times: 1 });
  }

  it("an insert whose commit was not answered is written once", async () => {
    await loseAnswerTo("submit\0");
    const ids = await shaky.submit([{}, { siblingParents: [0] }]);
    expect(proxy.cuts).to.equal(1);
    expect(await races.one.states(ids)).to.deep.equal(["ready", "blocked"]);
    await races.one.run(await races.one.register(), ids.slice(0, 1));
    await races.one.succeed(ids.slice(0, 1));
    expect(await races.one.states(ids)).to.deep.equal(["succeeded", "ready"]);
  });

  it("an insert that is repeated after its jobs have moved on changes nothing", async () => {
    const world = races.one;
    const submission = await world.submitGraph([{}, { siblingParents: [0] }], { graph: "g" });
    const [parent = 0, child = 0] = submission.ids;
    await world.run(await world.register(), [parent]);
    await world.succeed([parent]);
    const before = await Promise.all([world.row(parent), world.row(child)]);
    await insertAgain(world, submission.ids);
    expect(await Promise.all([world.row(parent), world.row(child)])).to.deep.equal(before);
  });

  it("a claim whose answer was lost says so, and its jobs are found by their session", async () => {
    const world = races.one;
    const ids = await world.submit([{}, {}]);
    const session = await world.register();
    await loseAnswerTo("claim\0");
    expect(await codeOf(() => shaky.claim(session, ids))).to.equal("OUTCOME_UNKNOWN");
    expect(proxy.cuts).to.equal(1);
    const found = await shaky.store.jobsOfSessions([session.sessionId]);
    expect(found.map(({ jobId }) => jobId)).to.deep.equal(ids);
    await world.giveBack(ids, "undelivered");
    await world.run(session, ids);
  });

  it("a claim that stands, but could not be read to its end, is not taken for one that never was", async () => {
    const world = races.one;
    const [parent = 0, child = 0] = await world.submit([{}, { siblingParents: [0] }]);
    const session = await world.register();
    await world.run(session, [parent]);
    await world.succeed([parent]);
    await loseAnswerTo("parent_outputs\0");
    expect(await codeOf(() => shaky.claim(session, [child]))).to.equal("OUTCOME_UNKNOWN");
    expect((await world.store.jobsOfSessions([session.sessionId])).map(({ jobId }) => jobId)).to.deep.equal([
      child,
    ]);
    await world.giveBack([child], "undelivered");
  });

  it("a result whose commit was not answered is recorded once, and a duplicate when it is sent again", async () => {
    const world = races.one;
    const [id = 0, child = 0] = await world.submit([{}, { siblingParents: [0] }]);
    await world.run(await world.register(), [id]);
    await loseAnswerTo("finish_succeeded\0");
    const verdict = await shaky.report(id, { kind: "succeeded", output: null });
    expect(proxy.cuts).to.equal(1);
    expect(verdict.disposition).to.equal("duplicate");
    expect(await world.row(child)).to.include({ state: "ready", pending_parents: 0 });
  });

  it("a decision whose commit was not answered is made once", async () => {
    const world = races.one;
    const [id = 0] = await world.submit([{}]);
    await world.run(await world.register(), [id]);
    await loseAnswerTo("commit\0");
    await shaky.giveBack([id], "lost");
    expect(proxy.cuts).to.equal(1);
    expect(await world.row(id)).to.include({ state: "ready", losses: 1 });
  });

  it("a linked submission says that its outcome is unknown; with a key it is simply sent again", async () => {
    const world = races.one;
    const [parent = 0] = await world.submit([{}]);
    await loseAnswerTo("commit\0");
    expect(await codeOf(() => shaky.child([parent]))).to.equal("OUTCOME_UNKNOWN");
    const idempotencyKey = freshName("key");
    await loseAnswerTo("commit\0");
    const submitted = await shaky.submitLinked([{ earlierParents: [parent], idempotencyKey }]);
    expect(proxy.cuts).to.equal(2);
    expect(submitted.jobs[0]?.existed).to.equal(true);
    const { rows } = await world.database.withHot((client) =>
      client.query<{ n: number }>("select count(*)::int as n from jobs where idempotency_key = $1", [
        idempotencyKey,
      ]),
    );
    expect(rows[0]?.n).to.equal(1);
  });

  it("a registration whose commit was not answered leaves one live session", async () => {
    const world = races.one;
    const workerId = freshName("worker-");
    await loseAnswerTo("register_sessions\0");
    const session = await shaky.register({ workerId });
    expect(proxy.cuts).to.equal(1);
    const live = await world.database.kysely
      .selectFrom("worker_sessions")
      .innerJoin("workers", "workers.id", "worker_sessions.worker_pk")
      .select("worker_sessions.id")
      .where("workers.worker_id", "=", workerId)
      .where("ended_at", "is", null)
      .execute();
    expect(live).to.deep.equal([{ id: session.sessionId }]);
  });

  it("a transaction that is cut before its commit is run again as a whole", async () => {
    const world = races.one;
    const [id = 0] = await world.submit([{}]);
    await world.run(await world.register(), [id]);
    await loseAnswerTo("lock_jobs\0", ANSWERED);
    await shaky.giveBack([id], "lost");
    expect(proxy.cuts).to.equal(1);
    expect(await world.row(id)).to.include({ state: "ready", losses: 1 });
  });

  it("while Postgres cannot be reached, verbs say that the store is away, and recover by themselves", async () => {
    const session = await shaky.register();
    proxy.refuse();
    expect(await codeOf(() => shaky.store.promoteDue(1))).to.equal("STORE_DOWN");
    expect(await codeOf(() => shaky.claim(session, [1]))).to.equal("STORE_DOWN");
    expect(shaky.store.isUp()).to.equal(false);
    proxy.pass();
    expect((await shaky.claim(session, [2 ** 50])).assignments).to.deep.equal([]);
    expect(shaky.store.isUp()).to.equal(true);
  });

  it("a server without work knows as well when Postgres goes away, and when it is back", async () => {
    await shaky.register();
    proxy.refuse();
    await eventually(() => !shaky.store.isUp(), 10_000);
    proxy.pass();
    await eventually(() => shaky.store.isUp(), 10_000);
  });

  it("every connection ended again and again during work: no crash, no other error, nothing lost", async () => {
    const world = races.one;
    const killer = new pg.Client({ connectionString: races.fresh.url });
    await killer.connect();
    const session = await shaky.register();
    const codes = new Set<string>();
    const done = new Set<number>();
    let kills = 0;
    let isOver = false;
    const work = async (): Promise<void> => {
      while (!isOver) {
        try {
          const ids = await shaky.submit([{}, {}]);
          await shaky.claim(session, ids);
          for (const id of await shaky.succeed(ids)) done.add(id);
          await shaky.giveBack(ids, "released");
        } catch (error) {
          if (!(error instanceof MusterError)) throw error;
          codes.add(error.code);
        }
      }
    };
    const kill = async (): Promise<void> => {
      for (let round = 0; round < 25; round++) {
        const before = done.size;
        const { rowCount } = await killer.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
        );
        kills += rowCount ?? 0;
        await eventually(() => done.size > before, 10_000);
      }
      isOver = true;
    };
    try {
      await Promise.all([work(), work(), work(), kill()]);
    } finally {
      isOver = true;
      await killer.end();
    }
    expect(kills).to.be.above(50);
    for (const code of codes) expect(code).to.be.oneOf(["STORE_DOWN", "OUTCOME_UNKNOWN"]);
    const left = await world.store.jobsOfSessions([session.sessionId]);
    for (const { jobId, leaseEpoch } of left) await world.giveBack([jobId], "undelivered", leaseEpoch);
    expect(new Set(await world.states([...done]))).to.deep.equal(new Set(["succeeded"]));
    expect((await shaky.claim(session, await shaky.submit([{}]))).assignments).to.have.length(1);
  });

  it("a statement whose connection died without a word fails in seconds, one that takes long is left alone", async () => {
    const long = races.one.database.withHot((client) => client.query("select pg_sleep(8)"));
    const startedMono = performance.now();
    const dead = shaky.database.withHot(async (client) => {
      proxy.abandon();
      await client.query("select 1");
    });
    const error = await dead.then(
      () => null,
      (failure: unknown) => failure,
    );
    expect(String(error)).to.match(/Connection terminated/);
    expect(performance.now() - startedMono).to.be.within(5_000, 10_000);
    expect((await long).rowCount).to.equal(1);
    await eventually(() => shaky.database.hot("database_now", []), 5_000);
  });

  /** The same rows again, as after a lost answer. */
  async function insertAgain(world: StoreWorld, ids: readonly number[]): Promise<void> {
    const rows = await Promise.all(ids.map((id) => world.row(id)));
    const jobs = rows.map((row, at): InsertJob => ({
      planned: {
        id: row.id,
        job: NEW_JOB,
        state: at === 0 ? "ready" : "blocked",
        reason: null,
        pendingParents: at,
        basePriority: row.base_priority,
        effectivePriority: row.effective_priority,
        prioritySource: null,
        dependents: 0,
        parentIds: at === 0 ? [] : [ids[0] ?? 0],
      },
      queueId: row.queue_id,
      graphId: row.graph_id,
      readyUs: at === 0 ? 1 : null,
    }));
    await world.store.insert({ createdMs: rows[0]?.created_at.getTime() ?? 0, jobs, graphs: [] }, true);
  }
});
