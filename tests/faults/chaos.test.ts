/**
 * Everything at once: three replicas, eight workers, thousands of jobs with dependencies, and random faults of every
 * class from a seed. Then all is healed, everything must end, and client, workers and rows must tell one story.
 * MUSTER_CHAOS_SEED replays a run; MUSTER_CHAOS_SECONDS makes it longer.
 */
import { expect } from "chai";
import { join } from "node:path";
import { strike, type Struck } from "../support/chaos.js";
import { eventually } from "../support/eventually.js";
import { note } from "../support/fault-figures.js";
import { Load } from "../support/fault-load.js";
import { verdict } from "../support/fault-verdict.js";
import { type RecordedWorker, startRecordedWorker, startWorkerProcess } from "../support/fault-workers.js";
import { FaultWorld } from "../support/fault-world.js";
import type { WorkerRecord } from "../support/history.js";
import type { SpawnedNode } from "../support/spawn-node.js";

const SEED = Number(process.env["MUSTER_CHAOS_SEED"] ?? Math.floor(Math.random() * 1e9));
const SECONDS = Number(process.env["MUSTER_CHAOS_SECONDS"] ?? 40);
const JOBS_PER_SECOND = 75;
const DRAIN_MS = 90_000;

describe(`random faults, seed ${SEED}`, function () {
  this.timeout((SECONDS + 180) * 1_000);
  let world: FaultWorld;
  let load: Load;
  const records: WorkerRecord[] = [];
  const workers: RecordedWorker[] = [];
  const processes: SpawnedNode[] = [];

  before(async () => {
    world = await FaultWorld.open({
      MUSTER_HEARTBEAT_INTERVAL_MS: "1000",
      MUSTER_LEASE_TTL_MS: "6000",
      MUSTER_RESCUE_INTERVAL_MS: "250",
      MUSTER_RECONCILE_INTERVAL_MS: "1000",
      MUSTER_TERMINATE_GRACE_MS: "5000",
      // Every loss here is our doing, none is the job's.
      MUSTER_MAX_LOSSES: "1000",
    });
  });

  after(() => world.close());

  afterEach(async () => {
    await load.stop();
    await Promise.all([
      ...workers.map((worker) => worker.stop()),
      ...processes.map((process) => process.kill()),
    ]);
  });

  it("breaks no promise", async () => {
    const stage = await openStage();
    load = new Load({
      addresses: stage.replicas.map(({ address }) => address),
      jobsPerSecond: JOBS_PER_SECOND,
      runtimeMs: 50,
      graphs: true,
    });
    load.start();
    await eventually(() => records.filter(({ event }) => event === "ack").length > 50, 30_000);
    const struck = await strike(stage, { seed: SEED, forMs: SECONDS * 1_000, everyMs: 1_200 });
    await load.stop();
    const judged = await verdict(world, {
      loads: [load],
      records,
      logFiles: stage.logFiles,
      drainWithinMs: DRAIN_MS,
    });
    const dead = await world.count("from jobs where state in (5, 6)");
    report(struck, judged, dead);
    // Vacuity: a quiet run proves nothing.
    expect(struck.length, "faults").to.be.at.least(Math.floor(SECONDS / 2.5));
    expect(
      struck.filter(({ inFlight }) => inFlight > 0).length,
      "faults that hit work in flight",
    ).to.be.at.least(Math.floor(SECONDS / 4));
    expect(new Set(struck.map(({ fault }) => fault)).size, "classes of faults").to.be.at.least(10);
    expect(judged.jobs).to.be.above(SECONDS * JOBS_PER_SECOND * 0.5);
    expect(dead, "jobs that did not succeed").to.equal(0);
  });

  async function openStage() {
    const places = [0, 1, 2];
    const postgresProxies = await Promise.all(places.map(() => world.proxyTo(world.postgres.port)));
    const redisProxies = await Promise.all(places.map(() => world.proxyTo(world.redis.port)));
    const edges = postgresProxies.flatMap((postgres, place) => {
      const redis = redisProxies[place];
      return redis === undefined ? [] : [{ postgres, redis }];
    });
    const through = (place: number): object => {
      const edge = edges[place];
      return edge === undefined ? {} : { through: edge };
    };
    const replicas = await Promise.all(places.map((place) => world.startReplica(through(place))));
    const workerProxies = await Promise.all(replicas.map(({ port }) => world.proxyTo(port)));
    const addresses = workerProxies.map(({ port }) => `127.0.0.1:${port}`);
    const from = (at: number): string[] => [...addresses.slice(at % 3), ...addresses.slice(0, at % 3)];
    const logFiles = places.map((place) => join(world.directory, `chaos-${place}.jsonl`));
    const restartProcess = (place: number): Promise<SpawnedNode> =>
      startWorkerProcess({ id: `process-${place}`, addresses: from(place), logFile: logFiles[place] ?? "" });
    processes.push(...(await Promise.all(places.map(restartProcess))));
    workers.push(
      ...(await Promise.all(
        [0, 1, 2, 3, 4].map((at) => startRecordedWorker({ records }, { id: `w${at}`, addresses: from(at) })),
      )),
    );
    return {
      world,
      replicas,
      logFiles,
      restartReplica: (place: number, port: number) =>
        // It may be started while Postgres is away: then it waits, and the port is its own all the same.
        world.startReplica({ port, ...through(place), early: true }),
      processes,
      restartProcess,
      workerProxies,
      postgresProxies,
      redisProxies,
      inFlight: () => workers.reduce((sum, { worker }) => sum + worker.running, 0),
    };
  }

  function report(
    struck: readonly Struck[],
    judged: Awaited<ReturnType<typeof verdict>>,
    dead: number,
  ): void {
    const classes = new Map<string, number>();
    for (const { fault } of struck) classes.set(fault, (classes.get(fault) ?? 0) + 1);
    console.log(`      ${[...classes].map(([fault, times]) => `${fault} ${times}`).join(", ")}`);
    note("seed", SEED, "");
    note("jobs acknowledged", judged.jobs, "");
    note("faults", struck.length, `of ${classes.size} classes`);
    note("lost", 0, "(else the verdict had failed)");
    note("jobs that did not succeed", dead, "");
    note(
      "handlers begun more than once",
      judged.rerun,
      `= ${((judged.rerun / judged.jobs) * 100).toFixed(2)} %`,
    );
    note("everything had ended after the last fault within", judged.drainMs, "ms");
  }
});
