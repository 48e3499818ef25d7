/**
 * Servers die, stop, are replaced one after the other, or are cut off from their workers. Workers keep what they run
 * and carry it to whichever replica answers; what one of them runs is never run a second time.
 */
import { expect } from "chai";
import { eventually } from "../support/eventually.js";
import { note } from "../support/fault-figures.js";
import { Load } from "../support/fault-load.js";
import { holdFor } from "../support/fault-time.js";
import { verdict, type Verdict } from "../support/fault-verdict.js";
import { type RecordedWorker, startRecordedWorker } from "../support/fault-workers.js";
import { FaultWorld, SHORT_LEASE, type Replica, type Settings } from "../support/fault-world.js";
import type { WorkerRecord } from "../support/history.js";

const DRAIN_MS = 45_000;

describe("servers that die or stop", function () {
  this.timeout(120_000);
  let world: FaultWorld;
  let records: WorkerRecord[];
  let workers: RecordedWorker[];
  let load: Load;

  before(async () => {
    world = await FaultWorld.open({ MUSTER_RECONCILE_INTERVAL_MS: "1000" });
  });

  after(() => world.close());

  beforeEach(() => {
    records = [];
    workers = [];
  });

  afterEach(async () => {
    await load.stop();
    // A worker that cannot reach anybody would wait for its results to be taken.
    await Promise.all(workers.map((worker) => worker.stop()));
    await world.renew();
  });

  async function startWorkers(count: number, addresses: readonly string[], concurrency = 4): Promise<void> {
    const ids = Array.from({ length: count }, (_, at) => `w${at + 1}`);
    workers = await Promise.all(
      ids.map((id) => startRecordedWorker({ records }, { id, addresses, concurrency })),
    );
  }

  function events(event: WorkerRecord["event"]): number {
    return records.filter((record) => record.event === event).length;
  }

  function judge(): Promise<Verdict> {
    return verdict(world, { loads: [load], records, drainWithinMs: DRAIN_MS });
  }

  async function lostSessions(): Promise<number> {
    return world.count("from worker_sessions where state = 3");
  }

  function sessionsEach(): readonly number[] {
    return workers.map(({ sessions }) => sessions.length);
  }

  it("SIGSTOP of the only server for 4 s with a lease of 3 s: nobody is declared lost", async () => {
    const replica = await world.startReplica({ settings: SHORT_LEASE });
    await startWorkers(8, [replica.address]);
    load = new Load({ addresses: [replica.address], jobsPerSecond: 40, runtimeMs: 50 });
    load.start();
    await eventually(() => events("ack") > 40, 15_000);
    await replica.process.kill("SIGSTOP");
    await holdFor(4_000);
    await replica.process.kill("SIGCONT");
    const before = events("ack");
    await eventually(() => events("ack") > before + 60, 20_000);
    await load.stop();
    await judge();
    note("workers declared lost after 4 s of SIGSTOP", await lostSessions(), "");
    expect(await lostSessions()).to.equal(0);
  });

  it("all servers killed for longer than a lease: results wait in the workers and are delivered", async () => {
    const settings = SHORT_LEASE;
    const first = await world.startReplica({ settings });
    await startWorkers(4, [first.address], 8);
    load = new Load({ addresses: [first.address], jobsPerSecond: 0 });
    await load.submit(32, 1_000);
    await eventually(() => events("start") === 32, 15_000);
    await world.end(first, "SIGKILL");
    await eventually(() => events("end") === 32, 15_000);
    await holdFor(4_000);
    const again = await world.startReplica({ settings, port: first.port });
    await eventually(() => events("ack") === 32, 20_000);
    const { rerun } = await judge();
    expect(rerun).to.equal(0);
    expect(workers.map(({ servers }) => servers)).to.deep.equal(workers.map(() => [first.id, again.id]));
    expect(sessionsEach()).to.deep.equal(workers.map(() => 1));
  });

  describe("a network between worker and server that fails", () => {
    async function throughAProxy(
      settings: Settings,
    ): Promise<{ replica: Replica; cut: () => number; proxy: Proxy }> {
      const replica = await world.startReplica({ settings });
      const proxy = await world.proxyTo(replica.port);
      await startWorkers(4, [`127.0.0.1:${proxy.port}`]);
      load = new Load({ addresses: [replica.address], jobsPerSecond: 30, runtimeMs: 200 });
      load.start();
      await eventually(() => events("ack") > 30, 15_000);
      return { replica, proxy, cut: () => proxy.reset() };
    }
    type Proxy = Awaited<ReturnType<FaultWorld["proxyTo"]>>;

    it("black for 3 s: the same session, nothing run twice", async () => {
      const { proxy } = await throughAProxy({});
      proxy.blackhole();
      await holdFor(3_000);
      proxy.pass();
      const before = events("ack");
      await eventually(() => events("ack") > before + 30, 20_000);
      await load.stop();
      const { rerun } = await judge();
      expect(rerun).to.equal(0);
      expect(sessionsEach()).to.deep.equal(workers.map(() => 1));
    });

    it("reset again and again: resumed with the same jobs, nothing run twice", async () => {
      const { cut } = await throughAProxy({});
      for (let time = 0; time < 5; time++) {
        expect(cut()).to.be.above(0);
        await eventually(() => workers.every(({ resumes }) => resumes > time), 10_000);
      }
      await load.stop();
      const { rerun } = await judge();
      expect(rerun).to.equal(0);
      expect(sessionsEach()).to.deep.equal(workers.map(() => 1));
    });

    it("only the worker's words are lost: its jobs go elsewhere, and its late results are stale", async () => {
      const { proxy, replica } = await throughAProxy(SHORT_LEASE);
      const addresses = [replica.address];
      workers.push(await startRecordedWorker({ records }, { id: "direct", addresses, concurrency: 8 }));
      proxy.blackhole("to_target");
      const before = records.filter(({ workerId, event }) => workerId === "direct" && event === "ack").length;
      await eventually(
        () =>
          records.filter(({ workerId, event }) => workerId === "direct" && event === "ack").length >
          before + 60,
        20_000,
      );
      proxy.pass();
      await load.stop();
      await judge();
    });
  });
});
