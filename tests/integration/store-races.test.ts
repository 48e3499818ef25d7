/**
 * The races that the store must make impossible, on real Postgres with real concurrent connections: who may run a
 * job, and who decides about it. Each race is run often enough that a store without its locks fails.
 */
import { expect } from "chai";
import pg from "pg";
import { sqlFile } from "../../server/store/sql-file.js";
import { codeOfError } from "../contract/store-refusal.js";
import { failure, freshName } from "../contract/store-world.js";
import { submitKeyed } from "../contract/keyed-submission.js";
import { eventually } from "../support/eventually.js";
import { race, Races, randomFrom, rounds, shuffled } from "./store-races-world.js";

describe("races about sessions and claims", function () {
  this.timeout(60_000);
  let races: Races;

  before(async () => {
    races = await Races.open(4);
  });

  after(() => races.close());

  for (const end of ["ended", "replaced", "drained"] as const) {
    it(`a claim for a session that is being ${end}: whoever ends it sees every job it was given`, async () => {
      let won = 0;
      await rounds(150, 4, async (round) => {
        const world = races.at(round);
        const workerId = freshName("worker-");
        const session = await world.register({ workerId });
        const jobs = await world.submit([{}, {}, {}]);
        const finish = async (): Promise<number[]> => {
          if (end === "ended") await races.at(round + 1).store.endSessions([session], "lost", "test");
          if (end === "replaced") await races.at(round + 1).register({ workerId, instanceId: "newer" });
          if (end === "drained") await races.at(round + 1).store.markDraining([session.sessionId]);
          const seen = await races.at(round + 1).store.jobsOfSessions([session.sessionId]);
          return seen.map(({ jobId }) => jobId);
        };
        const [seen, ...claims] = await Promise.all([
          finish(),
          races.at(round + 2).claim(session, jobs.slice(0, 2)),
          races.at(round + 3).claim(session, jobs.slice(1)),
        ]);
        const claimed = claims.flatMap(({ assignments }) => assignments.map(({ jobId }) => jobId));
        expect(seen).to.have.members(claimed);
        won += claimed.length;
        expect((await world.claim(session, jobs)).assignments).to.deep.equal([]);
        await world.giveBack(claimed, "released");
      });
      expect(won, "claims that came first").to.be.above(0);
    });
  }

  it("8 claimers over the same 5,000 jobs: each job once", async () => {
    const world = races.one;
    const ids = await world.submit(Array.from({ length: 5_000 }, () => ({})));
    const got: number[] = [];
    await rounds(8, 8, async (claimer) => {
      const session = await races.at(claimer).register();
      const random01 = randomFrom(claimer);
      const order = shuffled(ids, random01);
      for (let at = 0; at < order.length; at += 250) {
        const { assignments } = await races.at(claimer).claim(session, order.slice(at, at + 250));
        got.push(...assignments.map(({ jobId }) => jobId));
      }
    });
    expect(got).to.have.length(5_000);
    expect(new Set(got).size).to.equal(5_000);
    const { rows } = await sqlRows<{ n: number }>(
      `select count(*)::int as n from job_executions where job_id between ${ids[0]} and ${ids.at(-1)}`,
    );
    expect(rows[0]?.n).to.equal(5_000);
  });

  it("a claim of a job that becomes a parent at this moment: skipped, and said to be still ready", async () => {
    const world = races.one;
    const [id = 0] = await world.submit([{}]);
    const session = await world.register();
    const client = new pg.Client({ connectionString: races.fresh.url });
    await client.connect();
    try {
      await client.query("begin");
      await client.query("select 1 from jobs where id = $1 for share", [id]);
      const { assignments, stillReady } = await world.claim(session, [id]);
      expect(assignments).to.deep.equal([]);
      expect(stillReady.map((job) => job.id)).to.deep.equal([id]);
      await client.query("commit");
      await client.query("begin");
      await client.query("select 1 from jobs where id = $1 for key share", [id]);
      await world.run(session, [id]);
      await client.query("rollback");
    } finally {
      await client.end();
    }
  });

  it("two rescuers: each session ends once, each job is lost once", async () => {
    const world = races.one;
    const sessions = await Promise.all(Array.from({ length: 60 }, () => world.register()));
    const jobs = await world.submit(sessions.map(() => ({})));
    await Promise.all(sessions.map((session, at) => world.run(session, [jobs[at] ?? 0])));
    await Promise.all(sessions.map(({ sessionId }) => world.setLease(sessionId, new Date(1_000))));
    const ended: number[] = [];
    await rounds(4, 4, async (rescuer) => {
      const replica = races.at(rescuer);
      for (let more = true; more;) {
        const expired = await replica.store.expireSessions(10);
        ended.push(...expired);
        more = expired.length > 0;
      }
      await replica.giveBack(jobs, "lost");
    });
    await world.giveBack(jobs, "lost");
    expect(ended).to.have.length(sessions.length);
    expect(ended).to.have.members(sessions.map(({ sessionId }) => sessionId));
    const rows = await Promise.all(jobs.map((id) => world.row(id)));
    expect(rows.every((row) => row.state === "ready" && row.losses === 1)).to.equal(true);
  });

  it("a renewal that commits while the rescuer is at the lease: the session goes on", async () => {
    const world = races.one;
    const session = await world.register();
    await world.setLease(session.sessionId, new Date(1_000));
    const load = { cpuFraction: 0, rssBytes: 0, loopLagMs: 0 };
    // The statement of the store, held between its look at the lease and its lock.
    const slow = sqlFile("expire_sessions").replace(
      "l.expires_at < clock_timestamp()",
      "l.expires_at < clock_timestamp() and pg_sleep(0.5) is not null",
    );
    const expiring = races.at(1).database.withHot((client) => client.query<{ id: number }>(slow, [10]));
    await eventually(async () => {
      const { rows } = await sqlRows("select 1 from pg_stat_activity where wait_event = 'PgSleep'");
      return rows.length > 0;
    }, 5_000);
    const renewed = await world.store.renew([{ ...session, inFlight: 0, load }], 60_000);
    expect([...renewed]).to.deep.equal([session.sessionId]);
    expect((await expiring).rows.map((row) => row.id)).to.not.include(session.sessionId);
    expect((await world.session(session.sessionId)).ended_at).to.equal(null);
  });

  function sqlRows<R extends pg.QueryResultRow>(text: string): Promise<pg.QueryResult<R>> {
    return races.one.database.withHot((client) => client.query<R>(text));
  }
});

describe("races about decisions", function () {
  this.timeout(60_000);
  let races: Races;

  before(async () => {
    races = await Races.open(4);
  });

  after(() => races.close());

  it("a success and the worker's answer to a cancel: exactly one is recorded", async () => {
    const counts = { succeeded: 0, cancelled: 0 };
    await rounds(120, 4, async (round) => {
      const world = races.at(round);
      const [id = 0] = await world.submit([{}]);
      await world.run(await world.register(), [id]);
      await world.cancel.cancelJob(id, "stop", 60_000);
      const verdicts = await race(
        round,
        () => races.at(round + 1).report(id, { kind: "succeeded", output: null }),
        () => races.at(round + 2).report(id, { kind: "cancelled", reason: "" }),
      );
      expect(verdicts.filter(({ disposition }) => disposition === "committed")).to.have.length(1);
      const state = (await world.row(id)).state;
      expect(state).to.equal(verdicts[0].disposition === "committed" ? "succeeded" : "cancelled");
      counts[state as keyof typeof counts]++;
    });
    expect(counts.succeeded * counts.cancelled, JSON.stringify(counts)).to.be.above(0);
  });

  it("a cancel and a claim: cancelled and not assigned, or assigned and its worker is told", async () => {
    await rounds(120, 4, async (round) => {
      const world = races.at(round);
      const [id = 0] = await world.submit([{}]);
      const session = await world.register();
      const [claimed, cancelled] = await Promise.all([
        races.at(round + 1).claim(session, [id]),
        races.at(round + 2).cancel.cancelJob(id, "stop", 60_000),
      ]);
      const orders = await world.store.ordersFor([session]);
      if (cancelled.state === "cancelled")
        expect([claimed.assignments.length, orders.length]).to.deep.equal([0, 0]);
      else expect([cancelled.won, claimed.assignments.length, orders.length]).to.deep.equal([true, 1, 1]);
      await world.giveBack([id], "released");
      expect((await world.row(id)).state).to.equal("cancelled");
    });
  });

  it("a success and a cancel without grace: one of them wins, and both are told which", async () => {
    const counts = { succeeded: 0, cancelled: 0 };
    await rounds(200, 4, async (round) => {
      const world = races.at(round);
      const [id = 0, child = 0] = await world.submit([{}, { siblingParents: [0] }]);
      await world.run(await world.register(), [id]);
      const [verdict, cancelled] = await race(
        round,
        () => races.at(round + 1).report(id, { kind: "succeeded", output: null }),
        () => races.at(round + 2).cancel.cancelJob(id, "stop", 0),
      );
      const state = (await world.row(id)).state;
      const isCancelled = state === "cancelled";
      expect([verdict.disposition, cancelled]).to.deep.equal([
        isCancelled ? "stale" : "committed",
        { state, won: isCancelled },
      ]);
      expect(await world.states([child])).to.deep.equal([isCancelled ? "cancelled" : "ready"]);
      counts[state as keyof typeof counts]++;
    });
    expect(counts.succeeded * counts.cancelled, JSON.stringify(counts)).to.be.above(0);
  });

  it("a success and the end of a timeout's grace on two replicas: recorded or taken, once", async () => {
    const counts = { succeeded: 0, scheduled: 0 };
    await rounds(120, 4, async (round) => {
      const world = races.at(round);
      const [id = 0] = await world.submit([{ executionTimeoutMs: 1 }]);
      await world.run(await world.register(), [id]);
      await world.start([id]);
      await world.backdate(id, 3_600_000);
      await world.enforce();
      await world.backdate(id, 3_600_000);
      const [recorded] = await race(
        round,
        () => races.at(round + 1).succeed([id]),
        () => Promise.all([races.at(round + 2).enforce(), races.at(round + 3).enforce()]),
      );
      const { state, attempt } = await world.row(id);
      expect([state, attempt]).to.deep.equal([recorded.length === 1 ? "succeeded" : "scheduled", 1]);
      expect(await world.deadlines([id])).to.deep.equal([]);
      counts[state as keyof typeof counts]++;
    });
    expect(counts.succeeded * counts.scheduled, JSON.stringify(counts)).to.be.above(0);
  });

  it("a success and a rescue: recorded or given back, never both", async () => {
    const counts = { succeeded: 0, ready: 0 };
    await rounds(120, 4, async (round) => {
      const world = races.at(round);
      const [id = 0, child = 0] = await world.submit([{}, { siblingParents: [0] }]);
      await world.run(await world.register(), [id]);
      const [recorded] = await race(
        round,
        () => races.at(round + 1).succeed([id]),
        () => races.at(round + 2).giveBack([id], "lost"),
      );
      const state = (await world.row(id)).state;
      expect(state).to.equal(recorded.length === 1 ? "succeeded" : "ready");
      expect(await world.states([child])).to.deep.equal([state === "succeeded" ? "ready" : "blocked"]);
      counts[state as keyof typeof counts]++;
    });
    expect(counts.succeeded * counts.ready, JSON.stringify(counts)).to.be.above(0);
  });

  it("a retry by hand, another one and a cancel: one generation, and both are told the truth", async () => {
    await rounds(100, 4, async (round) => {
      const world = races.at(round);
      const [id = 0] = await world.submit([{}]);
      await world.run(await world.register(), [id]);
      await world.report(id, failure({ nonRetryable: true }));
      const retry = (replica: number): Promise<string> =>
        races
          .at(round + replica)
          .retry.retryJob(id)
          .then(({ state }) => state, codeOfError);
      const [first, second, cancel] = await Promise.all([
        retry(1),
        retry(2),
        races.at(round + 3).cancel.cancelJob(id, "stop", 0),
      ]);
      const row = await world.row(id);
      const retried = [first, second].filter((answer) => answer === "ready").length;
      expect(row.generation).to.equal(1 + retried);
      // After a cancel that came in between, the second retry opens the cancelled job again.
      if (retried === 2) expect(cancel.state).to.equal("cancelled");
      else expect([first, second]).to.include("ILLEGAL_TRANSITION");
      expect(row.state).to.be.oneOf(cancel.won ? ["cancelled", "ready"] : ["ready"]);
    });
  });

  it("20 submissions of one idempotency key: one job, and everybody gets it", async () => {
    for (let round = 0; round < 10; round++) {
      const idempotencyKey = freshName("key");
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, at) => races.at(at).submitLinked([{ idempotencyKey }])),
      );
      expect(new Set(answers.map(({ jobs }) => jobs[0]?.id)).size).to.equal(1);
      expect(answers.filter(({ jobs }) => jobs[0]?.existed === false)).to.have.length(1);
    }
  });

  it("of keys that were free one is taken by whom we waited for: nothing is written, and the other key is free", async () => {
    const world = races.one;
    const [first, second] = [`a-${freshName("key")}`, `b-${freshName("key")}`];
    const holder = new pg.Client({ connectionString: races.fresh.url });
    await holder.connect();
    try {
      await holder.query("begin");
      await holder.query(
        "insert into idempotency_keys (namespace, key, kind, target_id, body_hash) values ('default', $1, 0, 1, '')",
        [second],
      );
      const both = [{ idempotencyKey: first }, { idempotencyKey: second }];
      const waiting = submitKeyed(world, [{ jobs: [{ idempotencyKey: freshName("key") }] }, { jobs: both }]);
      await eventually(async () => {
        const { rows } = await holder.query<{ n: number }>(
          "select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
        );
        return rows[0]?.n === 1;
      }, 5_000);
      await holder.query("commit");
      const { inserted, prepared } = await waiting;
      expect(inserted).to.equal(null);
      const rows = await world.database.kysely
        .selectFrom("jobs")
        .select("id")
        .where(
          "id",
          "in",
          prepared.flatMap(({ ids }) => ids),
        )
        .execute();
      expect(rows).to.deep.equal([]);
      expect((await world.submitLinked([{ idempotencyKey: first }])).jobs[0]?.existed).to.equal(false);
    } finally {
      await holder.query("delete from idempotency_keys where key = $1", [second]); // it stands for nothing
      await holder.end();
    }
  });

  it("a parent found by its key after our ids were taken: the child still gets a higher id", async () => {
    const world = races.one;
    const [first, second] = [`a-${freshName("key")}`, `b-${freshName("key")}`];
    const holder = new pg.Client({ connectionString: races.fresh.url });
    await holder.connect();
    try {
      await holder.query("begin");
      await holder.query(
        "insert into idempotency_keys (namespace, key, kind, target_id, body_hash) values ('default', $1, 0, 1, '')",
        [first],
      );
      const waiting = world.submitLinked([
        { idempotencyKey: second },
        { idempotencyKey: first, siblingParents: [0] },
      ]);
      await eventually(async () => {
        const { rows } = await holder.query<{ n: number }>(
          "select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
        );
        return rows[0]?.n === 1;
      }, 5_000);
      const between = await races.at(1).submitLinked([{ idempotencyKey: second }]);
      await holder.query("rollback");
      const { jobs } = await waiting;
      expect(jobs[0]).to.deep.equal({ ...between.jobs[0], existed: true });
      expect(jobs[1]?.id).to.be.above(jobs[0]?.id ?? 0);
    } finally {
      await holder.end();
    }
  });
});
