/**
 * Limits while workers and servers are killed and Redis is wiped: never exceeded, by Postgres' account of every execution
 * and by the workers' own, and everything that waits still has its turn.
 */
import { expect } from "chai";
import { Redis } from "ioredis";
import { join } from "node:path";
import { Client } from "../../worker-sdk/typescript/index.js";
import { expectAuditClean } from "../support/audit.js";
import { eventually } from "../support/eventually.js";
import { targetOf, startWorkerProcess } from "../support/fault-workers.js";
import { FaultWorld, SHORT_LEASE, type Replica } from "../support/fault-world.js";
import { readWorkerLog } from "../support/history.js";
import { limitBreaches } from "../support/limit-audit.js";
import type { SpawnedNode } from "../support/spawn-node.js";

const JOBS = 100;
const KEYS = 5;
const BOUND = 2;
const RUNTIME_SECONDS = 0.1;

describe("limits under faults", function () {
  this.timeout(120_000);
  let world: FaultWorld;
  let replicas: Replica[];
  let client: Client;
  const workers: { readonly process: SpawnedNode; readonly logFile: string; killedMs: number | null }[] = [];

  before(async () => {
    world = await FaultWorld.open({ ...SHORT_LEASE, MUSTER_RECONCILE_INTERVAL_MS: "1000" });
    replicas = await Promise.all([world.startReplica(), world.startReplica()]);
    client = new Client({ address: targetOf(addresses()), deadlineMs: 30_000 });
  });

  after(async () => {
    client.close();
    await Promise.all(workers.map(({ process }) => process.kill()));
    await world.close();
  });

  const addresses = (): string[] => replicas.map(({ address }) => address);

  async function startWorker(): Promise<void> {
    const id = `limited-${workers.length}`;
    const logFile = join(world.directory, `${id}.jsonl`);
    // Every second one tries the other replica first.
    const order = workers.length % 2 === 0 ? addresses() : addresses().toReversed();
    const process = await startWorkerProcess({ id, addresses: order, logFile });
    workers.push({ process, logFile, killedMs: null });
  }

  async function killWorker(at: number): Promise<void> {
    const worker = workers[at];
    if (worker === undefined) throw new RangeError(`no worker ${at}`);
    await worker.process.kill("SIGKILL");
    worker.killedMs = performance.timeOrigin + performance.now();
  }

  const ended = () => world.count("from jobs where state > 3");

  /** By the workers' own accounts: at the start of each run, how many of its key ran. */
  async function mostAtOnce(): Promise<number> {
    const keys = new Map<string, string>();
    for await (const job of client.listAll()) keys.set(job.id, job.concurrencyKey);
    const runs = workers.flatMap(({ logFile, killedMs }) => {
      const records = readWorkerLog(logFile);
      return records
        .filter(({ event }) => event === "start")
        .map(({ jobId = "", leaseEpoch, atMs }) => {
          const end = records.find(
            (record) => record.event === "end" && record.jobId === jobId && record.leaseEpoch === leaseEpoch,
          );
          return { key: keys.get(jobId) ?? "", fromMs: atMs, toMs: end?.atMs ?? killedMs ?? Infinity };
        });
    });
    expect(runs.length).to.be.at.least(JOBS);
    const atOnce = runs.map(
      (run) =>
        runs.filter(({ key, fromMs, toMs }) => key === run.key && fromMs <= run.fromMs && toMs > run.fromMs)
          .length,
    );
    return Math.max(...atOnce);
  }

  it("workers and a replica are killed and Redis is wiped: no key runs one too many, and all end", async () => {
    await client.setQueueLimits("default", { concurrency: 7, keyConcurrency: BOUND });
    for (let each = 0; each < 3; each++) await startWorker();
    await client.submit(
      Array.from({ length: JOBS }, (_, at) => ({
        type: "t",
        payload: { runtimeSeconds: RUNTIME_SECONDS },
        concurrencyKey: `k${at % KEYS}`,
        maxAttempts: 10,
      })),
    );
    await eventually(async () => (await ended()) >= 10, 30_000);
    await killWorker(0);
    await startWorker();
    await eventually(async () => (await ended()) >= 25, 30_000);
    const redis = new Redis(world.redis.url);
    await redis.flushall();
    await redis.quit();
    await eventually(async () => (await ended()) >= 40, 30_000);
    const [first] = replicas as [Replica, Replica];
    await world.end(first, "SIGKILL");
    await killWorker(1);
    await eventually(async () => (await ended()) >= 55, 30_000);
    replicas[0] = await world.startReplica({ port: first.port });
    await eventually(async () => (await ended()) === JOBS, 60_000);

    expect(await world.count("from jobs where state = 4")).to.equal(JOBS);
    expect(await world.count("from job_executions where outcome = 3"), "lost while they ran").to.be.at.least(
      1,
    );
    expect(await limitBreaches(world.databaseUrl)).to.deep.equal([]);
    expect(await mostAtOnce(), "of one key").to.be.at.most(BOUND);
    await expectAuditClean(world.databaseUrl);
  });
});
