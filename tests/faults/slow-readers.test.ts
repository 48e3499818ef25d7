/**
 * A worker that takes whatever its window allows and never reads a byte of it, with large payloads, beside workers that
 * do read. It costs the server little memory and the others nothing they would notice; it is cut off as a slow consumer,
 * though it heartbeats all the while, and what it was given goes to somebody who reads.
 */
import { expect } from "chai";
import { Client } from "../../worker-sdk/typescript/index.js";
import { eventually } from "../support/eventually.js";
import { note } from "../support/fault-figures.js";
import { Load } from "../support/fault-load.js";
import { holdFor } from "../support/fault-time.js";
import { verdict } from "../support/fault-verdict.js";
import { type RecordedWorker, startRecordedWorker } from "../support/fault-workers.js";
import { FaultWorld, type Replica } from "../support/fault-world.js";
import type { WorkerRecord } from "../support/history.js";
import { helloFrame, HostilePeer, workerFrame } from "../support/hostile-http2.js";
import { PeakMemory } from "../support/peak-memory.js";
import { percentile, pushLatenciesMs } from "../support/push-latency.js";

const MIB = 1_048_576;
const WORKERS = 8;
const JOBS_PER_SECOND = 80;
/** How long the others are measured without it; it is cut 15 s after it took the last byte. */
const BASELINE_MS = 10_000;
const FAT_JOBS = 400;
const FAT_BYTES = 200 * 1_024;
/** It has 80 MB to come; what may lie in the server for it are a few frames and two claims of 8 MiB. */
const GROWTH_BYTES_MAX = 64 * MIB;
/** Below this, two latencies differ by what else the machine does. */
const NOISE_MS = 10;

describe("a worker that never reads", function () {
  this.timeout(120_000);
  let world: FaultWorld;
  let replica: Replica;
  let records: WorkerRecord[];
  let workers: readonly RecordedWorker[];
  let load: Load;

  before(async () => {
    world = await FaultWorld.open({ MUSTER_HEARTBEAT_INTERVAL_MS: "2000", MUSTER_LEASE_TTL_MS: "30000" });
    await submitFat();
    replica = await world.startReplica();
    records = [];
    const addresses = [replica.address];
    workers = await Promise.all(
      Array.from({ length: WORKERS }, (_, at) =>
        startRecordedWorker({ records }, { id: `reads-${at}`, addresses, concurrency: 4 }),
      ),
    );
    load = new Load({
      addresses,
      jobsPerSecond: JOBS_PER_SECOND,
      runtimeMs: 5,
      mayGoOn: () => load.unanswered < 40,
    });
    load.start();
  });

  after(async () => {
    await load.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
    await world.close();
  });

  /** Through a server that is gone afterwards: what it took to receive them is not on the account of the other. */
  async function submitFat(): Promise<void> {
    const intake = await world.startReplica();
    await using client = new Client({ address: intake.address });
    const payload = { runtimeSeconds: 0, fill: "x".repeat(FAT_BYTES) };
    for (let left = FAT_JOBS; left > 0; left -= 40)
      await client.submit(Array.from({ length: 40 }, () => ({ type: "fat", queue: "fat", payload })));
    await world.end(intake, "SIGTERM");
  }

  const executions = (outcome: string): Promise<number> =>
    world.count(`from job_executions e join jobs j on j.id = e.job_id where j.type = 'fat' and ${outcome}`);

  it("is cut off in time, costs little memory and no one else's latency, and its jobs go elsewhere", async () => {
    const beganMs = Date.now();
    await holdFor(BASELINE_MS); // the others alone
    const memory = await PeakMemory.start(replica.process.pid);
    const peer = new HostilePeer(replica.address);
    await peer.connected();
    const { stream } = peer.call(undefined, false);
    stream.write(helloFrame("never-reads", "fat", 500));
    const cameMs = Date.now();
    let seq = 1;
    const beat = setInterval(() => {
      if (!stream.destroyed) stream.write(workerFrame({ seq: ++seq, heartbeat: { pingId: seq } }));
    }, 1_000);
    await peer.gone;
    clearInterval(beat);
    const cutMs = Date.now();
    const grewBytes = await memory.stop();
    await peer.close();
    expect(cutMs - cameMs, "15 s without a byte taken, looked at every second").to.be.within(14_000, 25_000);
    expect(await replica.metric("muster_slow_consumers_total")).to.equal(1);
    note("memory that a worker which never reads cost, with 80 MB to come", grewBytes / MIB, "MiB");
    expect(grewBytes).to.be.below(GROWTH_BYTES_MAX);
    const given = await executions("true");
    expect(given, "jobs that it was given").to.be.within(1, FAT_JOBS / 4);

    const before = pushLatenciesMs(load, records, (sentMs) => sentMs >= beganMs && sentMs < cameMs);
    const beside = pushLatenciesMs(load, records, (sentMs) => sentMs >= cameMs && sentMs < cutMs);
    expect(Math.min(before.length, beside.length), "enough to have a 99th percentile").to.be.above(300);
    const [p99Before, p99Beside] = [percentile(before, 0.99), percentile(beside, 0.99)];
    note("p99 from submit to worker before it came", p99Before, "ms");
    note("p99 from submit to worker beside it", p99Beside, "ms");
    expect(p99Beside).to.be.below(Math.max(2 * p99Before, p99Before + NOISE_MS));
    expect(workers.map(({ sessions, resumes }) => [sessions.length, resumes])).to.deep.equal(
      workers.map(() => [1, 0]),
    );

    const fat: WorkerRecord[] = [];
    const options = { id: "heir", addresses: [replica.address], queue: "fat", concurrency: 8 };
    const heir = await startRecordedWorker({ records: fat }, options);
    await eventually(
      async () => (await world.count("from jobs where type = 'fat' and state = 4")) === FAT_JOBS,
      30_000,
    );
    await heir.stop();
    expect(await executions("e.outcome is null")).to.equal(0);
    await load.stop();
    const { rerun } = await verdict(world, { loads: [load], records, drainWithinMs: 30_000 });
    expect(rerun).to.equal(0);
  });
});
