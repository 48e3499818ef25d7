/**
 * Redis holds hints only: killed, hung, wiped again and again or full of nonsense, it costs time and never a job.
 * Every test runs a load on one replica, breaks Redis under it, heals, and lets the verdict judge.
 */
import { expect } from "chai";
import { Redis } from "ioredis";
import { eventually } from "../support/eventually.js";
import { note } from "../support/fault-figures.js";
import { Load } from "../support/fault-load.js";
import { verdict } from "../support/fault-verdict.js";
import { type RecordedWorker, startRecordedWorker } from "../support/fault-workers.js";
import { FaultWorld, type Replica } from "../support/fault-world.js";
import type { WorkerRecord } from "../support/history.js";
import { holdFor } from "../support/fault-time.js";

const RECONCILE_MS = 1_000;
const DRAIN_MS = 30_000;

describe("Redis goes away", function () {
  this.timeout(90_000);
  let world: FaultWorld;
  let replica: Replica;
  let records: WorkerRecord[];
  let workers: RecordedWorker[];
  let load: Load;

  before(async () => {
    world = await FaultWorld.open({ MUSTER_RECONCILE_INTERVAL_MS: String(RECONCILE_MS) });
  });

  after(() => world.close());

  beforeEach(async () => {
    records = [];
    replica = await world.startReplica();
    workers = await Promise.all(
      ["w1", "w2", "w3"].map((id) =>
        startRecordedWorker({ records }, { id, addresses: [replica.address], concurrency: 8 }),
      ),
    );
    load = new Load({ addresses: [replica.address], jobsPerSecond: 60, graphs: true });
    load.start();
    await eventually(() => acked() > 60, 15_000);
  });

  afterEach(async () => {
    await load.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
    await world.renew();
  });

  function acked(): number {
    return records.filter(({ event }) => event === "ack").length;
  }

  /** Nobody lost a stream over it, nothing ran twice, nothing was refused. */
  async function judge(): Promise<void> {
    await load.stop();
    const { rerun, jobs } = await verdict(world, { loads: [load], records, drainWithinMs: DRAIN_MS });
    expect(jobs).to.be.above(150);
    expect(rerun).to.equal(0);
    expect(Object.fromEntries(load.failures)).to.deep.equal({});
    expect(workers.map(({ sessions, resumes }) => [sessions.length, resumes])).to.deep.equal(
      workers.map(() => [1, 0]),
    );
  }

  it("killed under load and restarted empty", async () => {
    await world.redis.kill("SIGKILL");
    const before = acked();
    const atOutage = load.acknowledged.length;
    await eventually(() => acked() > before + 120 && load.acknowledged.length > atOutage + 120, 15_000);
    await world.redis.start();
    const after = acked();
    await eventually(() => acked() > after + 120, 15_000);
    await judge();
  });

  it("hangs for 5 s", async () => {
    await world.redis.kill("SIGSTOP");
    const before = acked();
    await holdFor(5_000);
    const during = acked() - before;
    await world.redis.kill("SIGCONT");
    expect(during, "jobs done while Redis hung").to.be.above(150);
    await judge();
  });

  it("wiped every 2 s", async () => {
    const redis = new Redis(world.redis.url);
    const recoveriesMs: number[] = [];
    try {
      for (let wipe = 0; wipe < 4; wipe++) {
        // A backlog, so that there is something to lose: nothing but a refill can bring it back.
        const backlog = new Set(await load.submit(200, 5));
        await redis.flushall();
        const wipedMono = performance.now();
        const ackedNow = acked();
        const done = (): number =>
          records.filter(({ event, jobId = "" }) => event === "ack" && backlog.has(jobId)).length;
        const doneAtWipe = done();
        await eventually(() => done() >= Math.min(200, doneAtWipe + 40) && acked() > ackedNow, 8_000);
        recoveriesMs.push(performance.now() - wipedMono);
        await holdFor(Math.max(0, 2_000 - (performance.now() - wipedMono)));
      }
    } finally {
      await redis.quit();
    }
    await judge();
    note("throughput after FLUSHALL back within", Math.max(...recoveriesMs), "ms");
    expect(Math.max(...recoveriesMs)).to.be.below(RECONCILE_MS + 3_000);
  });

  function readyKey(level: string): string {
    return `${world.prefix}:{default/default}:ready:${level}`;
  }

  it("filled with nonsense", async () => {
    const redis = new Redis(world.redis.url);
    try {
      for (let round = 0; round < 5; round++) {
        await load.submit(100, 10);
        const known = await world.sql<{ id: string }>(
          "select id from jobs where state in (2, 3, 4) order by id desc limit 300",
        );
        const members = known.map(({ id }) => `${id.padStart(16, "0")}|sleep`);
        const unknown = [
          "0009007199254740|sleep",
          "9999999999999999|other",
          "garbage",
          "",
          "0000000000000000|sleep",
        ];
        for (const level of ["high", "medium", "low"]) {
          const pairs = [...members, ...unknown].flatMap((member, at) => [
            ["-inf", "0", "1e300"][at % 3] ?? "0",
            member,
          ]);
          await redis.zadd(readyKey(level), ...pairs);
        }
        const at = acked();
        await eventually(() => acked() > at + 50, 10_000);
        for (const level of ["high", "medium", "low"]) await redis.set(readyKey(level), "not a sorted set");
        await redis.lpush(`${world.prefix}:other`, "x");
        if (round % 2 === 0) await redis.set(`${world.prefix}:sentinel`, "nobody");
        else
          await redis
            .multi()
            .del(`${world.prefix}:sentinel`)
            .lpush(`${world.prefix}:sentinel`, "a list")
            .exec();
        const again = acked();
        await eventually(() => acked() > again + 50, 10_000);
      }
    } finally {
      await redis.quit();
    }
    await judge();
  });

  it("flaps: killed as soon as it is back", async () => {
    for (let flap = 0; flap < 4; flap++) {
      await world.redis.kill("SIGKILL");
      await load.submit(100, 5);
      await world.redis.start();
      await eventually(() => replica.metric("muster_redis_up").then((up) => up === 1), 5_000).catch(
        (cause: unknown) => {
          // A server that is gone has said why.
          throw new Error(`flap ${flap}: ${replica.process.stderr.slice(-20).join("\n")}`, { cause });
        },
      );
    }
    await judge();
    expect(replica.process.stderr.filter((line) => /unhandled|uncaught/i.test(line))).to.deep.equal([]);
  });
});

describe("a Redis that may throw hints away", function () {
  this.timeout(60_000);
  let world: FaultWorld;

  before(async () => {
    world = await FaultWorld.open();
    const redis = new Redis(world.redis.url);
    await redis.config("SET", "maxmemory-policy", "allkeys-lru");
    await redis.quit();
  });

  after(() => world.close());

  it("is refused at the start", async () => {
    const refusal = await world.startReplica().then(
      () => "it started",
      (error: unknown) => String(error),
    );
    expect(refusal).to.match(/maxmemory-policy: expected noeviction, got allkeys-lru/);
  });

  it("is accepted by who asks for it", async () => {
    const replica = await world.startReplica({ settings: { MUSTER_ALLOW_EVICTION: "true" } });
    await eventually(
      () => replica.process.stderr.some((line) => line.includes("redis.eviction_allowed")),
      5_000,
    );
  });
});
