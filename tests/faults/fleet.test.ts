/**
 * Many workers and a steady load while servers die or are replaced: a hundred workers come back to another server
 * with what they run, and a deploy is invisible. Workers wait before reconnecting as the SDK does when nobody
 * configures it. `MUSTER_ROLLING_JOBS_PER_SECOND` sets the rate of the rolling restart; on a machine that cannot keep
 * it, the load waits, and the figure says what rate it was.
 */
import { expect } from "chai";
import { eventually } from "../support/eventually.js";
import { freePort } from "../support/free-port.js";
import { note } from "../support/fault-figures.js";
import { Load } from "../support/fault-load.js";
import { verdict } from "../support/fault-verdict.js";
import { type RecordedWorker, startRecordedWorker } from "../support/fault-workers.js";
import { FaultWorld } from "../support/fault-world.js";
import type { WorkerRecord } from "../support/history.js";
import { MachineLoad } from "../support/machine-load.js";
import { percentile, pushLatenciesMs } from "../support/push-latency.js";

const DRAIN_MS = 60_000;
const WORKERS = 100;
const JOBS_PER_SECOND = Number(process.env["MUSTER_ROLLING_JOBS_PER_SECOND"] ?? "500");
/** The second is where the lease would end, after which nothing would be left to bring back. */
const BACK_WITHIN = { idleMs: 5_000, takenMs: 110_000 };
/** Jobs that may wait for a worker before the load pauses: it measures a deploy, not a machine that is too slow. */
const WAITING_MAX = 200;
/** Submissions that may be without an answer before it pauses: some half a second of them. */
const UNANSWERED_MAX = 128;

describe("a fleet of workers", function () {
  this.timeout(300_000);
  let world: FaultWorld;
  let records: WorkerRecord[];
  const counts = new Map<WorkerRecord["event"], number>();
  let counted: number;
  let workers: readonly RecordedWorker[];
  let load: Load;

  before(async () => {
    world = await FaultWorld.open({
      MUSTER_RECONCILE_INTERVAL_MS: "1000",
      // Workers and servers share few cores here: a worker that lives may need longer than elsewhere to be back.
      MUSTER_RESUME_GRACE_MS: "10000",
      MUSTER_LEASE_TTL_MS: "120000",
    });
  });

  after(() => world.close());

  beforeEach(() => {
    records = [];
    counts.clear();
    counted = 0;
    workers = [];
  });

  afterEach(async () => {
    await load.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
    await world.renew();
  });

  /** @param addressesOf of the n-th worker, the first is tried first */
  async function startWorkers(
    count: number,
    concurrency: number,
    addressesOf: (at: number) => readonly string[],
  ): Promise<void> {
    const starting = Array.from({ length: count }, (_, at) =>
      startRecordedWorker(
        { records },
        { id: `w${at + 1}`, addresses: addressesOf(at), concurrency, patience: "default" },
      ),
    );
    workers = await Promise.all(starting);
  }

  /** Counted on from where the last count ended: the load asks for each of its jobs. */
  function events(event: WorkerRecord["event"]): number {
    for (; counted < records.length; counted++) {
      const { event: next } = records[counted] as WorkerRecord;
      counts.set(next, (counts.get(next) ?? 0) + 1);
    }
    return counts.get(event) ?? 0;
  }

  async function expectSameSessions(): Promise<void> {
    expect(workers.filter(({ sessions }) => sessions.length !== 1).map(({ id }) => id)).to.deep.equal([]);
    expect(await world.count("from worker_sessions where state = 3"), "sessions declared lost").to.equal(0);
  }

  it(`kill -9 of a server with ${WORKERS} workers: all on another within 5 s, nothing run twice`, async () => {
    // The second one is not there yet, so that all of them are on the first.
    const secondPort = await freePort();
    const first = await world.startReplica();
    await startWorkers(WORKERS, 2, () => [first.address, `127.0.0.1:${secondPort}`]);
    const second = await world.startReplica({ port: secondPort });
    load = new Load({ addresses: [second.address], jobsPerSecond: 50, runtimeMs: 300 });
    await load.submit(WORKERS, 2_000);
    load.start();
    await eventually(() => events("start") >= WORKERS, 20_000);
    const running = workers.filter(({ worker }) => worker.running > 0).length;
    expect(running, "workers that run something at the kill").to.be.above(WORKERS / 4);
    const machine = new MachineLoad();
    const killedMono = performance.now();
    await world.end(first, "SIGKILL");
    await eventually(() => workers.every(({ servers }) => servers.at(-1) === second.id), 115_000);
    const tookMs = performance.now() - killedMono;
    note(`${WORKERS} workers of a killed server back on another after`, tookMs, "ms");
    note("of which running something at the kill", running, "");
    expect(tookMs).to.be.below(machine.allow(BACK_WITHIN));
    const before = events("ack");
    await eventually(() => events("ack") > before + 100, 60_000);
    await load.stop();
    const { rerun } = await verdict(world, { loads: [load], records, drainWithinMs: DRAIN_MS });
    note("jobs run twice by it", rerun, "");
    expect(rerun).to.equal(0);
    await expectSameSessions();
  });

  it(`rolling restart of 3 replicas under ${JOBS_PER_SECOND} jobs/s: none lost, none run twice, none refused`, async () => {
    const replicas = await Promise.all([0, 1, 2].map(() => world.startReplica()));
    const addresses = replicas.map(({ address }) => address);
    await startWorkers(12, 16, () => addresses);
    const mayGoOn = (): boolean =>
      load.unanswered < UNANSWERED_MAX && load.submitted.length - events("recv") < WAITING_MAX;
    load = new Load({ addresses, jobsPerSecond: JOBS_PER_SECOND, runtimeMs: 50, graphs: true, mayGoOn });
    load.start();
    await eventually(() => events("ack") > 100, 60_000);
    const startedMono = performance.now();
    const submittedBefore = load.submitted.length;
    for (const old of replicas) {
      await world.end(old, "SIGTERM");
      await world.startReplica({ port: old.port });
      const before = events("ack");
      await eventually(() => events("ack") > before + 100, 60_000);
    }
    const seconds = (performance.now() - startedMono) / 1_000;
    const during = load.submitted.length - submittedBefore;
    await load.stop();
    const { rerun, jobs } = await verdict(world, { loads: [load], records, drainWithinMs: DRAIN_MS });
    const latencies = pushLatenciesMs(load, records);
    note("jobs a second during a rolling restart of 3 replicas", during / seconds, "");
    note("jobs of it", jobs, "");
    note("jobs run twice by it", rerun, "");
    note("submit to worker during it, p50", percentile(latencies, 0.5), "ms");
    note("submit to worker during it, p99", percentile(latencies, 0.99), "ms");
    note("submit to worker during it, max", percentile(latencies, 1), "ms");
    expect(rerun).to.equal(0);
    expect(Object.fromEntries(load.failures), "submissions without an answer").to.deep.equal({});
    expect(during, "jobs submitted while replicas were replaced").to.be.above(200);
    await expectSameSessions();
  });
});
