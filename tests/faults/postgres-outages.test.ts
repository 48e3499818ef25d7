/**
 * Postgres is the truth: while it is away nothing is accepted and nothing is acknowledged, and afterwards everything
 * goes on by itself, with the sessions and jobs that were there. Streams are never ended over it.
 */
import { expect } from "chai";
import { Client, MusterClientError } from "../../worker-sdk/typescript/index.js";
import { eventually } from "../support/eventually.js";
import { note } from "../support/fault-figures.js";
import { Load } from "../support/fault-load.js";
import { holdFor } from "../support/fault-time.js";
import { verdict } from "../support/fault-verdict.js";
import { type RecordedWorker, startRecordedWorker } from "../support/fault-workers.js";
import { FaultWorld, SHORT_LEASE, type Replica, type ReplicaOptions } from "../support/fault-world.js";
import type { WorkerRecord } from "../support/history.js";

const DRAIN_MS = 45_000;

describe("Postgres goes away", function () {
  this.timeout(120_000);
  let world: FaultWorld;
  let replica: Replica;
  let records: WorkerRecord[];
  let workers: RecordedWorker[];
  let load: Load;

  before(async () => {
    world = await FaultWorld.open({ MUSTER_RECONCILE_INTERVAL_MS: "1000" });
  });

  after(() => world.close());

  afterEach(async () => {
    await load.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
    await world.renew();
  });

  async function begin(options: ReplicaOptions = {}): Promise<void> {
    records = [];
    replica = await world.startReplica(options);
    workers = await Promise.all(
      ["w1", "w2", "w3"].map((id) =>
        startRecordedWorker({ records }, { id, addresses: [replica.address], concurrency: 8 }),
      ),
    );
    load = new Load({ addresses: [replica.address], jobsPerSecond: 60, runtimeMs: 60, graphs: true });
    load.start();
    await eventually(() => acked() > 60, 20_000);
  }

  function acked(): number {
    return records.filter(({ event }) => event === "ack").length;
  }

  function streams(): unknown {
    return workers.map(({ sessions, resumes }) => [sessions.length, resumes]);
  }

  it("stopped and restarted under load: streams stay, results wait, nothing runs twice", async () => {
    await begin();
    await world.postgres.kill("SIGQUIT");
    const client = new Client({ address: replica.address, deadlineMs: 1_500 });
    try {
      const refused = await client.submit({ type: "sleep", payload: { runtimeSeconds: 0 } }).then(
        () => null,
        (error: unknown) => error,
      );
      expect(refused).to.be.instanceOf(MusterClientError);
      // The second where a first try takes as long as the deadline.
      expect((refused as MusterClientError).grpcStatus).to.be.oneOf(["UNAVAILABLE", "DEADLINE_EXCEEDED"]);
    } finally {
      client.close();
    }
    await holdFor(1_500);
    await world.postgres.start();
    const backMono = performance.now();
    const before = acked();
    await eventually(() => acked() > before + 20, 20_000);
    note("results acknowledged again after Postgres was back", performance.now() - backMono, "ms");
    await eventually(() => acked() > before + 200, 30_000);
    await load.stop();
    const { rerun } = await verdict(world, { loads: [load], records, drainWithinMs: DRAIN_MS });
    expect(rerun).to.equal(0);
    expect(streams()).to.deep.equal([
      [1, 0],
      [1, 0],
      [1, 0],
    ]);
    expect(await world.count("from worker_sessions where end_reason is not null")).to.equal(0);
  });

  it("away for longer than a lease: no session is declared lost afterwards", async () => {
    await begin({ settings: SHORT_LEASE });
    const sessions = workers.map((worker) => worker.sessions[0]);
    await world.postgres.kill("SIGQUIT");
    await holdFor(5_000);
    await world.postgres.start();
    const before = acked();
    await eventually(() => acked() > before + 100, 30_000);
    await load.stop();
    await verdict(world, { loads: [load], records, drainWithinMs: DRAIN_MS });
    expect(
      await world.count("from worker_sessions where state = 3 or end_reason = 'lease_expired'"),
    ).to.equal(0);
    expect(workers.map((worker) => worker.sessions.at(-1))).to.deep.equal(sessions);
  });

  it("takes neither renewals nor registrations for two leases, and all else: no session is declared lost", async () => {
    await begin({ settings: SHORT_LEASE });
    const sessions = workers.map((worker) => worker.sessions[0]);
    await world.sql(`create function no_room() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`);
    await world.sql(`create trigger no_room before insert or update of last_heartbeat_at on session_leases
      for each row execute function no_room()`);
    const before = acked();
    await holdFor(6_000);
    expect(world.sqlstates("53100"), "renewals and registrations refused").to.be.above(10);
    await world.sql("drop function no_room() cascade");
    await eventually(() => acked() > before + 100, 30_000);
    await load.stop();
    await verdict(world, { loads: [load], records, drainWithinMs: DRAIN_MS });
    expect(await world.count("from worker_sessions where end_reason is not null")).to.equal(0);
    expect(workers.map((worker) => worker.sessions)).to.deep.equal(sessions.map((id) => [id]));
  });

  it("all backends terminated again and again", async () => {
    await begin();
    let terminated = 0;
    for (let round = 0; round < 12; round++) {
      const rows = await world.sql<{ done: boolean }>(
        `select pg_terminate_backend(pid) as done from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`,
      );
      terminated += rows.length;
      await holdFor(200);
    }
    note("backends terminated", terminated, "");
    expect(terminated).to.be.above(20);
    await load.stop();
    const { rerun } = await verdict(world, { loads: [load], records, drainWithinMs: DRAIN_MS });
    expect(rerun).to.equal(0);
    expect(streams()).to.deep.equal([
      [1, 0],
      [1, 0],
      [1, 0],
    ]);
  });

  it("a network between server and Postgres that is cut for 3 s", async () => {
    const postgres = await world.proxyTo(world.postgres.port);
    await begin({ through: { postgres } });
    postgres.blackhole();
    await holdFor(3_000);
    postgres.pass();
    const before = acked();
    await eventually(() => acked() > before + 100, 20_000);
    await load.stop();
    const { rerun } = await verdict(world, { loads: [load], records, drainWithinMs: DRAIN_MS });
    expect(rerun).to.equal(0);
    expect(await world.count("from worker_sessions where state = 3")).to.equal(0);
  });

  it("connections that die without a word are noticed", async () => {
    const postgres = await world.proxyTo(world.postgres.port);
    await begin({ through: { postgres } });
    // Half of a failover: the old connections never answer again, new ones work.
    postgres.abandon();
    const before = acked();
    const abandonedMono = performance.now();
    // After 5 s without an answer Postgres is asked, and a second later once more, what became of the statement.
    await eventually(() => acked() > before + 20, 20_000);
    note(
      "results acknowledged again after connections died unnoticed",
      performance.now() - abandonedMono,
      "ms",
    );
    await eventually(() => acked() > before + 100, 20_000);
    await load.stop();
    await verdict(world, { loads: [load], records, drainWithinMs: DRAIN_MS });
  });
});

describe("a server that starts while something is away", function () {
  this.timeout(90_000);
  let world: FaultWorld;
  let load: Load;
  const records: WorkerRecord[] = [];

  before(async () => {
    world = await FaultWorld.open();
  });

  after(() => world.close());

  it("waits as well when Postgres goes away between its schema and its first look at the queues", async () => {
    const proxy = await world.proxyTo(world.postgres.port);
    // A look is repeated three times before it counts as failed.
    const look = Buffer.from('"keyed" from "queues"\0');
    proxy.cutAfterMatch({ pattern: look, untilReply: Buffer.from("Z\0\0\0\x05I", "latin1"), times: 6 });
    const replica = await world.startReplica({ early: true, through: { postgres: proxy } });
    await replica.process.line(/^listening on/, 20_000);
    expect(proxy.cuts).to.equal(6);
    expect(replica.process.stderr.some((line) => line.includes('"store.waiting"'))).to.equal(true);
    await world.end(replica, "SIGTERM");
  });

  it("waits for Postgres and Redis and then serves", async () => {
    await Promise.all([world.postgres.kill("SIGQUIT"), world.redis.kill("SIGKILL")]);
    const replica = await world.startReplica({ early: true });
    await eventually(() => replica.process.stderr.some((line) => line.includes('"store.waiting"')), 20_000);
    await world.postgres.start();
    // Without Redis it serves as well.
    await replica.process.line(/^listening on/, 20_000);
    load = new Load({ addresses: [replica.address], jobsPerSecond: 40 });
    const worker = await startRecordedWorker({ records }, { id: "w1", addresses: [replica.address] });
    load.start();
    try {
      const acked = (): number => records.filter(({ event }) => event === "ack").length;
      await eventually(() => acked() > 40, 20_000);
      await world.redis.start();
      await eventually(async () => (await replica.metric("muster_redis_up")) === 1, 10_000);
      const before = acked();
      await eventually(() => acked() > before + 40, 20_000);
      await load.stop();
      await verdict(world, { loads: [load], records, drainWithinMs: DRAIN_MS });
    } finally {
      await load.stop();
      await worker.stop();
    }
  });
});
