/**
 * Workers and servers that die, stop and come back. A kill is a kill: never a polite stop. What the survivors hold
 * stays theirs, what the dead held goes on elsewhere, and no late word of the dead counts.
 */
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/eventually.js";
import { note } from "../support/fault-figures.js";
import { Load } from "../support/fault-load.js";
import { holdFor } from "../support/fault-time.js";
import { verdict } from "../support/fault-verdict.js";
import { type RecordedWorker, startRecordedWorker, startWorkerProcess } from "../support/fault-workers.js";
import { FaultWorld, SHORT_LEASE, type Replica } from "../support/fault-world.js";
import { readWorkerLog, type WorkerRecord } from "../support/history.js";
import type { SpawnedNode } from "../support/spawn-node.js";

const DRAIN_MS = 45_000;

describe("a worker that dies or stops", function () {
  this.timeout(90_000);
  let world: FaultWorld;
  let replica: Replica;
  let records: WorkerRecord[];
  let load: Load;
  let victim: SpawnedNode;
  let logFile: string;
  let other: RecordedWorker | null;

  before(async () => {
    world = await FaultWorld.open(SHORT_LEASE);
  });

  after(() => world.close());

  beforeEach(async () => {
    records = [];
    other = null;
    replica = await world.startReplica();
    logFile = join(world.directory, `${world.prefix}.jsonl`);
    victim = await startWorkerProcess({ id: "victim", addresses: [replica.address], logFile });
    load = new Load({ addresses: [replica.address], jobsPerSecond: 0 });
  });

  afterEach(async () => {
    await load.stop();
    await other?.stop();
    await victim.kill();
    await world.renew();
  });

  /** Four jobs that the victim runs, and then another worker. */
  async function victimIsBusy(runtimeMs: number): Promise<readonly string[]> {
    const ids = await load.submit(4, runtimeMs);
    await eventually(() => logged("start").length === 4, 10_000);
    other = await startRecordedWorker({ records }, { id: "other", addresses: [replica.address] });
    return ids;
  }

  function logged(event: WorkerRecord["event"]): WorkerRecord[] {
    return readWorkerLog(logFile).filter((record) => record.event === event);
  }

  function judge(): ReturnType<typeof verdict> {
    return verdict(world, { loads: [load], records, logFiles: [logFile], drainWithinMs: DRAIN_MS });
  }

  it("kill -9: its jobs are on another worker within a second of its connection being closed", async () => {
    await victimIsBusy(600);
    const killedMono = performance.now();
    await victim.kill("SIGKILL");
    await eventually(() => records.filter(({ event }) => event === "start").length === 4, 10_000);
    const tookMs = performance.now() - killedMono;
    note("jobs of a killed worker on another after", tookMs, "ms");
    expect(tookMs, "resume grace of 0.8 s, and a little; more on cores that are taken").to.be.within(
      700,
      1_500,
    );
    const { rerun } = await judge();
    expect(rerun).to.equal(4);
    expect(await world.count("from jobs where losses = 1 and attempt = 1")).to.equal(4);
  });

  it("SIGSTOP past its lease: fenced, its late results count for nothing, and it registers anew", async () => {
    const ids = await victimIsBusy(1_200);
    await victim.kill("SIGSTOP");
    const stoppedMono = performance.now();
    await eventually(() => records.filter(({ event }) => event === "ack").length === 4, 20_000);
    note("jobs of a stopped worker done elsewhere after", performance.now() - stoppedMono, "ms");
    expect(await world.count("from worker_sessions where ended_at is not null")).to.equal(1);
    await victim.kill("SIGCONT");
    await eventually(() => new Set(logged("session").map(({ sessionId }) => sessionId)).size === 2, 20_000);
    const { history } = await judge();
    expect(logged("ack").filter(({ outcome }) => outcome === "committed")).to.deep.equal([]);
    const accepted = history.workers.filter(
      ({ event, outcome }) => event === "ack" && outcome === "committed",
    );
    expect(accepted.map(({ jobId }) => jobId)).to.have.members([...ids]);
    expect(await world.count("from jobs where losses = 1")).to.equal(4);
  });

  it("SIGSTOP for 1 s: nothing happens", async () => {
    await victimIsBusy(500);
    await victim.kill("SIGSTOP");
    await holdFor(1_000);
    await victim.kill("SIGCONT");
    const { rerun } = await judge();
    expect(rerun).to.equal(0);
    expect(logged("ack").map(({ outcome }) => outcome)).to.deep.equal(Array(4).fill("committed"));
    expect(await world.count("from worker_sessions where ended_at is not null")).to.equal(0);
  });

  it("a job that takes its workers down is quarantined", async () => {
    const [id] = await load.submit(1, 60_000);
    for (let death = 1; death <= 3; death++) {
      await eventually(() => logged("start").length === death, 20_000);
      await victim.kill("SIGKILL");
      if (death < 3)
        victim = await startWorkerProcess({ id: "victim", addresses: [replica.address], logFile });
    }
    await eventually(async () => (await world.count("from jobs where state = 5")) === 1, 15_000);
    const [job] = await world.sql<{ state_reason: string; losses: number }>(
      "select state_reason, losses from jobs",
    );
    expect(job).to.include({ losses: 3 });
    expect(job?.state_reason).to.match(/lost|poison/);
    expect(readFileSync(logFile, "utf8")).to.include(id ?? "no id");
  });
});
