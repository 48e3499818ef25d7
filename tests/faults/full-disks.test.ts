/**
 * The disk of Postgres runs full: the one that holds the data, and the one that holds the WAL. With the first Postgres
 * stays up and refuses what needs room; with the second it goes down and does not come back before somebody makes room.
 * Nobody is told that something was kept which was not, nothing is half written, and all goes on when there is room.
 */
import { expect } from "chai";
import { Client, MusterClientError } from "../../worker-sdk/typescript/index.js";
import { eventually } from "../support/eventually.js";
import { note } from "../support/fault-figures.js";
import { Load } from "../support/fault-load.js";
import { holdFor } from "../support/fault-time.js";
import { verdict } from "../support/fault-verdict.js";
import { type RecordedWorker, startRecordedWorker } from "../support/fault-workers.js";
import { FaultWorld, SHORT_LEASE, type Replica } from "../support/fault-world.js";
import type { WorkerRecord } from "../support/history.js";
import { SmallDisk } from "../support/small-disk.js";

const MIB = 1_048_576;
const DRAIN_MS = 45_000;
const SETTINGS = {
  fsync: "off", // a tmpfs has nothing behind it
  dynamic_shared_memory_type: "mmap",
  max_wal_size: "1GB", // no checkpoint that would use the old files again: every new one needs room
  checkpoint_timeout: "1h",
} as const;

describe("a disk of Postgres that runs full", function () {
  this.timeout(120_000);
  let disk: SmallDisk;
  let world: FaultWorld;
  let replicas: readonly Replica[];
  let workers: readonly RecordedWorker[];
  let records: WorkerRecord[];
  let load: Load;
  /** What was opened, newest last: a test may fail before it has everything. */
  let open: (() => Promise<unknown>)[];

  async function begin(place: "data" | "wal", bytes: number): Promise<void> {
    open = [];
    disk = await SmallDisk.open(bytes);
    open.push(() => disk.close());
    world = await FaultWorld.open(SHORT_LEASE, { settings: SETTINGS, place: { [place]: disk.path } });
    open.push(() => world.close());
    replicas = [await world.startReplica(), await world.startReplica()];
    records = [];
    const addresses = replicas.map((replica) => replica.address);
    workers = await Promise.all(
      ["w1", "w2", "w3"].map((id) => startRecordedWorker({ records }, { id, addresses })),
    );
    open.push(() => Promise.all(workers.map((worker) => worker.stop())));
    load = new Load({ addresses, jobsPerSecond: 40, graphs: true, failures: true, deadlineMs: 2_000 });
    open.push(() => load.stop());
    load.start();
    await eventually(() => acked() > 40, 20_000);
  }

  afterEach(async () => {
    for (const close of open.toReversed()) await close();
  });

  function acked(): number {
    return records.filter(({ event }) => event === "ack").length;
  }

  async function refusal(client: Client, type: string): Promise<MusterClientError> {
    // Too large for whatever room the pages that exist may have left.
    const payload = { runtimeSeconds: 0, fill: noise(100_000) };
    const error = await client
      .submit([
        { type, key: "a", payload },
        { type, key: "b", payload, dependsOn: ["a"] },
      ])
      .then(
        () => null,
        (failure: unknown) => failure,
      );
    expect(error).to.be.instanceOf(MusterClientError);
    return error as MusterClientError;
  }

  /** From now on until everything ended: the same servers, the same sessions, every promise kept. */
  async function judge(): Promise<void> {
    const freedMono = performance.now();
    const before = acked();
    await eventually(() => acked() > before + 20, 30_000);
    note(
      "20 more results acknowledged after there was room again within",
      performance.now() - freedMono,
      "ms",
    );
    await load.stop();
    expect(
      [...load.failures.keys()].filter(
        (code) => !["STORE_DOWN", "OUTCOME_UNKNOWN", "DEADLINE_EXCEEDED"].includes(code),
      ),
    ).to.deep.equal([]);
    await verdict(world, { loads: [load], records, drainWithinMs: DRAIN_MS });
    // A gauge of the last statement: one that was under way may have been the last to fail.
    for (const replica of replicas)
      await eventually(async () => (await replica.metric("muster_store_up")) === 1, 10_000);
    expect(workers.map(({ sessions }) => sessions.length)).to.deep.equal([1, 1, 1]);
    expect(await world.count("from worker_sessions where end_reason is not null")).to.equal(0);
  }

  it("the data: submissions are refused with a delay to come back after, and no session is lost", async () => {
    await begin("data", 64 * MIB);
    disk.fill();
    await using client = new Client({ address: replicas[0]?.address ?? "", deadlineMs: 1_500 });
    const refused = await refusal(client, "refused");
    expect(refused).to.include({ code: "STORE_DOWN", grpcStatus: "UNAVAILABLE", retryDelayMs: 1_000 });
    expect(refused.nothingWritten).to.equal(true);
    await holdFor(6_000); // two leases
    expect(world.sqlstates("53100"), "Postgres said so").to.be.above(0);
    disk.free();
    await judge();
    expect(await world.count("from jobs where type = 'refused'")).to.equal(0);
  });

  it("the WAL: Postgres goes down and stays down, the servers wait for it, and go on", async () => {
    await begin("wal", 24 * MIB);
    disk.fill();
    await world.postgres.died();
    expect(world.postgres.log()).to.match(/PANIC:.*No space left on device/);
    await using client = new Client({ address: replicas[0]?.address ?? "", deadlineMs: 1_500 });
    expect(await refusal(client, "refused")).to.include({ grpcStatus: "UNAVAILABLE" });
    await holdFor(4_000); // longer than a lease
    await world.postgres.start().then(
      () => expect.fail("it started without room for WAL"),
      () => undefined,
    );
    disk.free();
    await world.postgres.start();
    await judge();
  });
});

/** Text that does not compress. */
function noise(length: number): string {
  let seed = 12_345;
  let text = "";
  while (text.length < length) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += seed.toString(36);
  }
  return text.slice(0, length);
}
