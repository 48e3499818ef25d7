/**
 * Redis as people run it when one is not enough: a replica that is promoted without the last writes, and a cluster
 * of three whose slots move and whose nodes die. Hints get lost on the way; jobs do not, and nobody's stream ends.
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
import { PrivateRedis } from "../support/private-redis.js";
import { RedisCluster } from "../support/redis-cluster.js";

const DRAIN_MS = 90_000;
const SETTINGS = { MUSTER_RECONCILE_INTERVAL_MS: "1000", MUSTER_LEASE_TTL_MS: "120000" } as const;

describe("Redis with more than one node", function () {
  this.timeout(180_000);
  let world: FaultWorld;
  let records: WorkerRecord[];
  let workers: readonly RecordedWorker[];
  let load: Load;

  before(async () => {
    world = await FaultWorld.open(SETTINGS);
  });

  after(() => world.close());

  afterEach(async () => {
    await load.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
    await world.renew();
  });

  async function startLoad(replicas: readonly Replica[]): Promise<void> {
    records = [];
    const addresses = replicas.map(({ address }) => address);
    workers = await Promise.all(
      ["w1", "w2", "w3"].map((id) => startRecordedWorker({ records }, { id, addresses, concurrency: 8 })),
    );
    load = new Load({
      addresses,
      jobsPerSecond: 60,
      graphs: true,
      mayGoOn: () => load.submitted.length - acked() < 400,
    });
    load.start();
    await eventually(() => acked() > 40, 30_000);
  }

  function acked(): number {
    return records.reduce((count, { event }) => (event === "ack" ? count + 1 : count), 0);
  }

  async function untilMore(jobs: number): Promise<void> {
    const before = acked();
    await eventually(() => acked() >= before + jobs, 60_000);
  }

  async function judge(): Promise<void> {
    await load.stop();
    const { rerun, jobs } = await verdict(world, { loads: [load], records, drainWithinMs: DRAIN_MS });
    expect(jobs).to.be.above(100);
    expect(rerun).to.equal(0);
    expect(Object.fromEntries(load.failures)).to.deep.equal({});
    expect(workers.map(({ sessions }) => sessions.length)).to.deep.equal(workers.map(() => 1));
  }

  async function untilUp(replica: Replica, expected: 0 | 1): Promise<void> {
    await eventually(async () => (await replica.metric("muster_redis_up")) === expected, 60_000);
  }

  it("a replica is promoted without the last writes: the hints that are missing are put again", async () => {
    const [primary, standby] = [await PrivateRedis.start(), await PrivateRedis.start()];
    const control = new Redis(standby.url);
    try {
      await control.replicaof("127.0.0.1", primary.port);
      await eventually(async () => /master_link_status:up/.test(await control.info("replication")), 20_000);
      const proxy = await world.proxyTo(primary.port);
      const replica = await world.startReplica({ through: { redis: proxy } });
      await startLoad([replica]);
      await standby.kill("SIGSTOP");
      await load.submit(300, 20); // their hints are only where they are lost
      await primary.kill("SIGKILL");
      await standby.kill("SIGCONT");
      await control.replicaof("NO", "ONE");
      proxy.retarget(standby.port);
      const promotedMono = performance.now();
      await untilUp(replica, 1);
      await untilMore(150);
      note("150 more jobs done after a failover of Redis within", performance.now() - promotedMono, "ms");
      await judge();
    } finally {
      control.disconnect();
      await Promise.all([primary.stop(), standby.stop()]);
    }
  });

  describe("a cluster of three", () => {
    let cluster: RedisCluster;
    let replicas: readonly Replica[];

    beforeEach(async () => {
      cluster = await RedisCluster.start();
      replicas = await Promise.all([0, 1].map(() => world.startReplica({ redisUrl: cluster.url })));
      await startLoad(replicas);
    });

    afterEach(() => cluster.stop());

    function readyKey(): string {
      return `${world.prefix}:{default/default}:ready:medium`;
    }

    it("slots move from node to node under load: nothing fails, nothing is noticed", async () => {
      for (const replica of replicas) await untilUp(replica, 1);
      const owners = new Set<string>();
      let moved = 0;
      for (let move = 0; move < 4; move++) {
        await load.submit(200, 20); // a backlog, so that there are keys in the slot
        moved += await cluster.moveSlotOf(readyKey());
        owners.add((await cluster.ownerOf(readyKey())).id);
        await untilMore(60);
      }
      expect(owners.size, "nodes that served the queue").to.equal(3);
      expect(moved, "keys that moved with hints in them").to.be.above(0);
      for (const replica of replicas) expect(await replica.metric("muster_redis_up")).to.equal(1);
      await judge();
    });

    it("the node that holds the queue is killed and comes back empty", async () => {
      const owner = await cluster.ownerOf(readyKey());
      await load.submit(200, 20);
      await owner.server.kill("SIGKILL");
      await Promise.all(replicas.map((replica) => untilUp(replica, 0)));
      await untilMore(60);
      await owner.server.start();
      await cluster.untilWhole();
      await Promise.all(replicas.map((replica) => untilUp(replica, 1)));
      await untilMore(60);
      await judge();
    });
  });
});
