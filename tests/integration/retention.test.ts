/**
 * Pruning beside work: while jobs are submitted, run and finish at full speed, what has ended goes at once, and nothing
 * that anybody still needs does.
 */
import { expect } from "chai";
import pg from "pg";
import { Prune } from "../../server/coordinator/prune.js";
import { NO_METRICS } from "../../server/core/metrics.js";
import type { RetentionPolicy } from "../../server/core/retention.js";
import { Database } from "../../server/store/database.js";
import { migrate } from "../../server/store/migrate.js";
import { PostgresRetentionStore } from "../../server/store/retention/retention-store.js";
import { Worker } from "../../worker-sdk/typescript/index.js";
import { StoreWorld } from "../contract/store-world.js";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { freshDatabase, type FreshDatabase } from "../support/databases.js";
import { eventually } from "../support/eventually.js";
import { NEW_JOB } from "../support/new-job.js";
import { openInstallation, type Installation } from "../support/server-process.js";

const POLICY: RetentionPolicy = {
  succeededMs: 0,
  failedMs: 0,
  keysMs: 0,
  jobsMax: null,
  sessionsMs: 0,
  firesMs: 0,
};

describe("retention beside work", function () {
  this.timeout(120_000);
  let installation: Installation;

  before(async () => {
    installation = await openInstallation({
      MUSTER_RETAIN_SUCCEEDED_MS: "0",
      MUSTER_RETAIN_FAILED_MS: "0",
      MUSTER_RETAIN_KEYS_MS: "0",
      MUSTER_RETAIN_SESSIONS_MS: "0",
      MUSTER_PRUNE_INTERVAL_MS: "100",
    });
  });

  after(() => installation.close());

  it("loses nothing open and no result that is needed, and leaves nothing behind", async () => {
    const servers = [await installation.startServer(), await installation.startServer()];
    const [{ client, address }] = servers as [(typeof servers)[number]];
    const runs = new Map<number, number>();
    const missing: string[] = [];
    const worker = new Worker({
      address,
      transport: "inline",
      handlers: {
        step: (job) => {
          const { n, parents } = job.json<{ n: number; parents: number }>();
          runs.set(n, (runs.get(n) ?? 0) + 1);
          const outputs = job.parents.filter((parent) => parent.output.bytes.length > 0).length;
          if (outputs !== parents) missing.push(`job ${n}: expected ${parents} results, got ${outputs}`);
          return { n };
        },
      },
    });
    const working = worker.run();
    let n = 0;
    const job = (parents = 0) => ({ type: "step", payload: { n: n++, parents } });
    // One that stays open all the while holds on to the result of a parent that ended at the very beginning.
    const parent = await client.submit(job());
    const late = await client.submit({
      ...job(1),
      dependsOn: [parent.id],
      runAt: new Date(Date.now() + 3_600_000),
    });
    for (let round = 0; round < 40; round++) {
      const keyed = { ...job(), idempotencyKey: `key-${round}` };
      await client.submit([...Array.from({ length: 20 }, () => job()), keyed]);
      await client.submitGraph({
        name: `g${round}`,
        jobs: [
          { ...job(), key: "a" },
          { ...job(1), key: "b", dependsOn: ["a"] },
          { ...job(1), key: "c", dependsOn: ["a"] },
          { ...job(2), key: "d", dependsOn: ["b", "c"] },
        ],
      });
    }
    const expected = Array.from({ length: n }, (_, at) => at).filter((at) => at !== 1);
    await eventually(() => expected.every((at) => runs.has(at)), 60_000);
    const database = new pg.Client({ connectionString: installation.database.url });
    await database.connect();
    const count = async (table: string): Promise<number> =>
      Number((await database.query<{ rows: string }>(`select count(*) as rows from ${table}`)).rows[0]?.rows);
    try {
      await eventually(async () => (await count("jobs")) === 2, 60_000);
      expect((await client.get(parent.id)).state).to.equal("succeeded");
      await database.query("update jobs set run_at = clock_timestamp() where run_at is not null");
      await eventually(() => runs.has(1), 30_000);
      await eventually(async () => (await count("jobs")) === 0, 60_000);
      const gone = await client.get(late.id).catch((error: unknown) => error);
      expect(gone).to.have.property("code", "JOB_NOT_FOUND");
      for (const table of [
        "graphs",
        "job_dependencies",
        "job_executions",
        "job_progress",
        "idempotency_keys",
      ])
        expect(await count(table), table).to.equal(0);
    } finally {
      await database.end();
    }
    expect(missing).to.deep.equal([]);
    expect(
      [...runs.values()].filter((times) => times > 1),
      "run more than once",
    ).to.deep.equal([]);
    const pruned = await Promise.all(
      servers.map((server) => server.metric("muster_pruned_rows_total", '"jobs"')),
    );
    expect(pruned.reduce((sum, jobs) => sum + jobs, 0)).to.equal(n);
    await worker.drain({ mode: "finish_running", timeoutMs: 10_000 });
    await working;
    await expectAuditClean(installation.database.url);
    await expectNoDatabaseErrors(installation.database);
  });
});

describe("retention", function () {
  this.timeout(60_000);
  let fresh: FreshDatabase;
  let database: Database;
  let world: StoreWorld;
  let retentionStore: PostgresRetentionStore;

  beforeEach(async () => {
    fresh = await freshDatabase();
    database = new Database({ connection: { url: fresh.url }, poolMax: 8, onError: () => undefined });
    await migrate(database.kysely);
    world = new StoreWorld(database);
    retentionStore = new PostgresRetentionStore(database, NO_METRICS);
  });

  afterEach(async () => {
    await database.close();
    await fresh.drop();
  });

  function pruner(policy: RetentionPolicy, serverId = "one"): Prune {
    let nowMono = 0;
    const pause = () => Promise.resolve();
    // An hour a look: counts are never put off.
    const monoMs = () => (nowMono += 3_600_000);
    return new Prune({ retentionStore, policy, metrics: NO_METRICS, serverId, pause, monoMs });
  }

  async function cancelled(count: number, queue: string): Promise<number[]> {
    const ids = await world.submit(
      Array.from({ length: count }, () => ({})),
      { queue },
    );
    await world.cancel.cancelJobs(ids, "no", 0);
    return ids;
  }

  async function openOrEnded(): Promise<number[]> {
    const rows = await database.kysely.selectFrom("jobs").select("id").orderBy("id").execute();
    return rows.map(({ id }) => id);
  }

  it("keeps the newest of each queue when there are too many, and everything that is open", async () => {
    const policy = { ...POLICY, succeededMs: null, failedMs: null, jobsMax: 100 };
    const many = await cancelled(2_500, "many");
    const few = await cancelled(50, "few");
    const open = await world.submit([{}, {}], { queue: "many" });
    const prune = pruner(policy);
    await prune.prune(() => false);
    expect((await openOrEnded()).length, "the first walk counts").to.equal(2_552);
    await prune.prune(() => false);
    expect(await openOrEnded()).to.deep.equal([...many.slice(-100), ...few, ...open]);
    await prune.prune(() => false);
    expect(await openOrEnded()).to.have.length(152);
    await expectAuditClean(fresh.url);
  });

  it("leaves the turn to the replica that has it", async () => {
    await cancelled(3, "default");
    expect(await retentionStore.takeTurn("one", 60_000)).to.equal(true);
    expect(await pruner(POLICY, "two").prune(() => false)).to.equal(false);
    expect(await openOrEnded()).to.have.length(3);
    expect(await pruner(POLICY, "one").prune(() => false)).to.equal(true);
    expect(await openOrEnded()).to.have.length(0);
  });

  it("stops in the middle when it is told to, with what it deleted whole", async () => {
    await cancelled(1_500, "default");
    let pages = 0;
    await pruner(POLICY).prune(() => ++pages > 0);
    expect(await openOrEnded()).to.have.length(500);
    await expectAuditClean(fresh.url);
  });

  it("never deletes a parent under a submission: either it is kept, or the submission is refused", async () => {
    const [parent = 0] = await cancelled(1, "default");
    const submitter = new pg.Client({ connectionString: fresh.url });
    await submitter.connect();
    try {
      await submitter.query("begin");
      await submitter.query("select 1 from jobs where id = $1 for share", [parent]);
      expect(await retentionStore.pruneJobs([parent], POLICY, []), "held by a submission").to.deep.equal({});
      await submitter.query("rollback");
    } finally {
      await submitter.end();
    }
    const queueIds = [await world.queueId("default")];
    const rounds = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const [id = 0] = await cancelled(1, "default");
        const named = { earlierParents: await world.decoded([id]), queueIds, jobHashes: [null], graph: null };
        const jobs = [{ ...NEW_JOB, earlierParents: [id], onParentFailure: "run" as const }];
        const [child] = await Promise.allSettled([
          world.store.submitLinked({ namespace: "default", jobs, ...named }),
          retentionStore.pruneJobs([id], POLICY, []),
        ]);
        return { id, wasSubmitted: child.status === "fulfilled" };
      }),
    );
    const left = new Set(await openOrEnded());
    for (const { id, wasSubmitted } of rounds) expect(left.has(id), `parent ${id}`).to.equal(wasSubmitted);
    await expectAuditClean(fresh.url);
  });
});
