/**
 * The answer to a commit is lost: Postgres has done it, the server does not know. Nothing may be done twice for it,
 * and nothing that was done may be forgotten. A proxy lets each statement through, waits until Postgres is ready for
 * the next, swallows the reply and resets the connection.
 */
import { expect } from "chai";
import { Client, MusterClientError } from "../../worker-sdk/typescript/index.js";
import { eventually } from "../support/eventually.js";
import { note } from "../support/fault-figures.js";
import { Load } from "../support/fault-load.js";
import { verdict } from "../support/fault-verdict.js";
import { type RecordedWorker, startRecordedWorker } from "../support/fault-workers.js";
import { FaultWorld, type Replica } from "../support/fault-world.js";
import type { WorkerRecord } from "../support/history.js";
import type { FaultProxy } from "../support/proxy.js";

/** ReadyForQuery, outside a transaction: everything before it is committed. */
const COMMITTED = Buffer.from("Z\0\0\0\x05I", "latin1");
const DRAIN_MS = 30_000;

describe("a commit whose answer is lost", function () {
  this.timeout(60_000);
  let world: FaultWorld;
  let replica: Replica;
  let postgres: FaultProxy;
  let client: Client;
  let load: Load;
  let records: WorkerRecord[];
  let workers: RecordedWorker[];

  before(async () => {
    world = await FaultWorld.open({
      MUSTER_RECONCILE_INTERVAL_MS: "1000",
      MUSTER_SCHEDULER_INTERVAL_MS: "50",
    });
  });

  after(() => world.close());

  beforeEach(async () => {
    records = [];
    workers = [];
    postgres = await world.proxyTo(world.postgres.port);
    replica = await world.startReplica({ through: { postgres } });
    client = new Client({ address: replica.address, deadlineMs: 15_000 });
    load = new Load({ addresses: [replica.address], jobsPerSecond: 60, runtimeMs: 10, graphs: true });
  });

  afterEach(async () => {
    client.close();
    await load.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
    await world.renew();
  });

  /** @param statement the name of a prepared statement, or a word that ends a simple query */
  function loseReplies(statement: string, times: number): void {
    postgres.cutAfterMatch({ pattern: Buffer.from(`${statement}\0`), untilReply: COMMITTED, times });
  }

  async function startWorker(id = "w1"): Promise<void> {
    workers.push(
      await startRecordedWorker({ records }, { id, addresses: [replica.address], concurrency: 8 }),
    );
  }

  async function jobs(): Promise<number> {
    return world.count("from jobs");
  }

  const job = { type: "sleep", payload: { runtimeSeconds: 0 } };

  it("of a submission: answered, and there once", async () => {
    loseReplies("submit", 1);
    const submitted = await client.submit([job, job]);
    expect(postgres.cuts).to.equal(1);
    expect(submitted).to.have.length(2);
    expect(await jobs()).to.equal(2);
  });

  it("of a submission, and Postgres stays away: nobody pretends to know, and it is there once", async () => {
    const submissions = [
      { statement: "submit", jobs: [job, job] },
      { statement: "submit_keyed", jobs: [{ ...job, idempotencyKey: "some" }, job] },
    ];
    for (const [at, { statement, jobs: submitted }] of submissions.entries()) {
      loseReplies(statement, 1);
      const failed = client.submit(submitted).then(
        () => null,
        (reason: unknown) => reason,
      );
      await eventually(() => postgres.cuts === at + 1, 5_000);
      postgres.refuse();
      expect(await failed, statement)
        .to.be.instanceOf(MusterClientError)
        .with.property("code", "OUTCOME_UNKNOWN");
      postgres.pass();
      await eventually(async () => (await client.submit(job)) !== null, 15_000);
      expect(await jobs(), "with the one that waited for Postgres").to.equal((at + 1) * 3);
    }
  });

  it("of a lone job, that waits or is given away at once: answered, there once, and run once", async () => {
    loseReplies("submit_one", 1);
    const waiting = await client.submit(job);
    await startWorker();
    await eventually(async () => (await world.count("from jobs where state = 4")) === 1, 15_000);
    loseReplies("submit_one_taken", 1);
    const given = await client.submit(job);
    expect(postgres.cuts).to.equal(2);
    await eventually(async () => (await world.count("from jobs where state = 4")) === 2, 15_000);
    expect(waiting.id).to.not.equal(given.id);
    expect(records.filter(({ event }) => event === "start")).to.have.length(2);
    expect(await world.count("from jobs where attempt = 1 and losses = 0")).to.equal(2);
  });

  it("of a submission with keys, all of them or some: answered as new, and there once", async () => {
    await startWorker();
    loseReplies("submit_keyed", 2);
    const all = await client.submit([
      { ...job, idempotencyKey: "all-1" },
      { ...job, idempotencyKey: "all-2" },
    ]);
    const some = await client.submit([{ ...job, idempotencyKey: "some" }, job]);
    expect(postgres.cuts).to.equal(2);
    expect([...all, ...some].map(({ existed }) => existed)).to.deep.equal([false, false, false, false]);
    expect(await jobs()).to.equal(4);
    expect((await client.submit({ ...job, idempotencyKey: "some" })).id).to.equal(some[0]?.id);
    await eventually(async () => (await world.count("from jobs where state = 4")) === 4, 15_000);
    expect(records.filter(({ event }) => event === "start")).to.have.length(4);
    expect(await world.count("from jobs where attempt = 1 and losses = 0")).to.equal(4);
  });

  it("of a submission under earlier parents, with keys: answered with the jobs that are there", async () => {
    const parent = await client.submit(job);
    loseReplies("commit", 1);
    const child = await client.submit({ ...job, dependsOn: [parent.id], idempotencyKey: "child" });
    expect(postgres.cuts).to.equal(1);
    expect(await jobs()).to.equal(2);
    expect((await client.get(child.id)).id).to.equal(child.id);
  });

  it("of a submission under earlier parents, without keys: nobody pretends to know, and it is not done twice", async () => {
    const parent = await client.submit(job);
    loseReplies("commit", 1);
    const error = await client.submit({ ...job, dependsOn: [parent.id] }).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(postgres.cuts).to.equal(1);
    expect(error).to.be.instanceOf(MusterClientError);
    expect((error as MusterClientError).code).to.equal("OUTCOME_UNKNOWN");
    expect((error as MusterClientError).nothingWritten).to.equal(false);
    expect(await jobs()).to.equal(2);
  });

  it("of a registration: one session lives", async () => {
    loseReplies("register_sessions", 1);
    await startWorker();
    expect(postgres.cuts).to.equal(1);
    expect(await world.count("from worker_sessions where ended_at is null")).to.equal(1);
    await load.submit(4, 10);
    await eventually(() => records.filter(({ event }) => event === "ack").length === 4, 10_000);
  });

  it("of a claim: the jobs are found and run, once, at the cost of no attempt and no loss", async () => {
    await load.submit(6, 20);
    loseReplies("claim", 2);
    await startWorker();
    const { rerun } = await verdict(world, { loads: [load], records, drainWithinMs: DRAIN_MS });
    expect(postgres.cuts).to.equal(2);
    expect(rerun).to.equal(0);
    expect(await world.count("from jobs where state = 4 and attempt = 1 and losses = 0")).to.equal(6);
    expect(await world.count("from job_executions where outcome is distinct from 0")).to.be.above(0);
  });

  it("of a submission that hands its jobs to waiting workers at once: they are found and run, once", async () => {
    await startWorker();
    loseReplies("submit", 1);
    // Without keys they stand alone and take the short way.
    await client.submit(Array.from({ length: 6 }, () => job));
    await eventually(async () => (await world.count("from jobs where state = 4")) === 6, 15_000);
    expect(postgres.cuts).to.equal(1);
    expect(records.filter(({ event }) => event === "start")).to.have.length(6);
    expect(await world.count("from jobs where state = 4 and attempt = 1 and losses = 0")).to.equal(6);
  });

  it("of results: they count once, the worker is told, and the dependents run", async () => {
    await startWorker();
    loseReplies("finish_succeeded", 3);
    await client.submitGraph({
      jobs: [
        { ...job, key: "a" },
        { ...job, key: "b", dependsOn: ["a"] },
        { ...job, key: "c", dependsOn: ["b"] },
      ],
    });
    await eventually(async () => (await world.count("from jobs where state = 4")) === 3, 15_000);
    await eventually(() => records.filter(({ event }) => event === "ack").length === 3, 5_000);
    expect(postgres.cuts).to.equal(3);
    expect(records.filter(({ event }) => event === "start")).to.have.length(3);
    expect(await world.count("from job_executions where outcome = 0")).to.equal(3);
    // The dependents were given to the worker in the commits that nobody heard of: found again, at the cost of nothing.
    expect(await world.count("from jobs where attempt = 1 and losses = 0")).to.equal(3);
  });

  it("of a failure: it spends one attempt", async () => {
    await startWorker();
    loseReplies("commit", 1);
    const backoff = { kind: "fixed", baseMs: 100, jitter: 0 } as const;
    await client.submit({
      type: "sleep",
      payload: { runtimeSeconds: 0, failures: 1 },
      maxAttempts: 3,
      backoff,
    });
    await eventually(async () => (await world.count("from jobs where state = 4")) === 1, 15_000);
    expect(postgres.cuts).to.equal(1);
    expect(await world.count("from jobs where attempt = 2 and losses = 0")).to.equal(1);
    expect(records.filter(({ event }) => event === "start")).to.have.length(2);
  });

  it("all of them, again and again, under load", async () => {
    await Promise.all([startWorker("w1"), startWorker("w2")]);
    load.start();
    const statements = ["submit", "submit_one_taken", "submit_keyed", "claim", "finish_succeeded", "commit"];
    for (let turn = 0; turn < 24; turn++) {
      const before = postgres.cuts;
      loseReplies(statements[turn % statements.length] ?? "", 1);
      // A statement that the load does not need just now is not waited for.
      await eventually(() => postgres.cuts > before, 1_000).catch(() => undefined);
    }
    postgres.pass();
    expect(postgres.cuts).to.be.at.least(6);
    await load.stop();
    const { rerun, jobs: total } = await verdict(world, { loads: [load], records, drainWithinMs: DRAIN_MS });
    note("commits whose answer was lost", postgres.cuts, `in ${total} jobs`);
    expect(rerun).to.equal(0);
    expect(await world.count("from jobs where losses > 0")).to.equal(0);
  });
});
