/**
 * The two traps of the planner that once cost up to 250 times: statistics taken while no row was running, and a plan
 * cached while the tables were empty. Asserted on what Postgres really did (auto_explain with the settings of the hot
 * connections): every scan of a table that grows touches rows in proportion to the batch, not to the table.
 */
import { expect } from "chai";
import type pg from "pg";
import { Database } from "../../server/store/database.js";
import { migrate } from "../../server/store/migrate.js";
import { StoreWorld } from "../contract/store-world.js";
import { submitKeyed } from "../contract/keyed-submission.js";
import { freshDatabase, type FreshDatabase } from "../support/databases.js";

const TABLE_ROWS = 30_000;
const BATCH = 500;
/** Of these tables no scan may read more than its share. */
const GROWING = new Set(["jobs", "job_executions", "job_dependencies", "idempotency_keys"]);

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly Plans?: readonly PlanNode[];
}

interface Explained {
  readonly query: string;
  readonly plan: PlanNode;
}

describe("the planner's traps", function () {
  this.timeout(120_000);
  let fresh: FreshDatabase;
  let world: StoreWorld;
  let plans: Explained[];

  beforeEach(async () => {
    fresh = await freshDatabase();
    // One connection, so that what is explained is what the store runs, with the plans that it has cached.
    const config = { connectionString: fresh.url };
    world = new StoreWorld(new Database({ connection: { config }, poolMax: 1, onError: () => undefined }));
    await migrate(world.database.kysely);
    await world.database.withHot(explainEverything);
    plans = [];
  });

  afterEach(async () => {
    await world.database.close();
    await fresh.drop();
  });

  async function explainEverything(client: pg.PoolClient): Promise<void> {
    await client.query(`load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on;
      set auto_explain.log_timing = off; set auto_explain.log_format = json;
      set auto_explain.log_nested_statements = on; set client_min_messages = log`);
    client.on("notice", ({ message = "" }) => {
      const start = message.indexOf("{");
      if (!message.startsWith("duration:") || start < 0) return;
      const { "Query Text": query, Plan: plan } = JSON.parse(message.slice(start)) as {
        "Query Text": string;
        Plan: PlanNode;
      };
      plans.push({ query, plan });
    });
  }

  /** Jobs of which every second waits for the one before it. */
  async function fill(jobs: number): Promise<number[]> {
    const parents: number[] = [];
    for (let written = 0; written < jobs; written += 2_000) {
      const ids = await world.submit(
        Array.from({ length: 2_000 }, (_, at) => (at % 2 === 0 ? {} : { siblingParents: [at - 1] })),
      );
      parents.push(...ids.filter((_, at) => at % 2 === 0));
    }
    return parents;
  }

  async function cycle(
    session: Awaited<ReturnType<StoreWorld["register"]>>,
    ids: readonly number[],
  ): Promise<void> {
    await world.run(session, ids);
    const recorded = await world.succeed(ids);
    expect(recorded).to.have.length(ids.length);
  }

  /** @throws AssertionError naming the scan that read more than its share */
  function expectProportional(
    batch: number,
    tables: readonly string[] = ["jobs", "job_executions", "job_dependencies"],
  ): void {
    const seen = new Set<string>();
    for (const { query, plan } of plans) {
      const title = /(?:-- (\w+):|function (\w+))/.exec(query)?.[1] ?? query.trim().slice(0, 40);
      for (const scan of scansOf(plan)) {
        const removed = (scan["Rows Removed by Filter"] ?? 0) + (scan["Rows Removed by Index Recheck"] ?? 0);
        const read = (scan["Actual Rows"] + removed) * scan["Actual Loops"];
        const what = `${title}: ${scan["Node Type"]} on ${scan["Relation Name"]} ${scan["Index Name"] ?? ""}`;
        expect(read, `${what} read ${read} rows for a batch of ${batch}`).to.be.at.most(batch * 4 + 20);
        expect(scan["Node Type"], what).to.not.equal("Seq Scan");
        seen.add(scan["Relation Name"] ?? "");
      }
    }
    expect([...seen], "tables whose scans were seen").to.include.members([...tables]);
  }

  it("statistics taken while no job is running: results and claims of 500 still read about 500 rows", async () => {
    const parents = await fill(TABLE_ROWS);
    const session = await world.register();
    await cycle(session, parents.slice(0, BATCH));
    await world.database.withHot((client) => client.query("analyze"));
    plans = [];
    for (let at = BATCH; at < BATCH * 5; at += BATCH) await cycle(session, parents.slice(at, at + BATCH));
    expectProportional(BATCH);
  });

  it("statistics taken on empty tables, plans cached there: batches of 500 in 30,000 rows read about 500", async () => {
    await world.database.withHot((client) => client.query("analyze"));
    const session = await world.register();
    for (let round = 0; round < 200; round++) {
      const [parent = 0, child = 0] = await world.submit([{}, { siblingParents: [0] }]);
      await cycle(session, [parent]);
      await cycle(session, [child]);
    }
    plans = [];
    const parents = await fill(TABLE_ROWS);
    for (let at = 0; at < BATCH * 4; at += BATCH) await cycle(session, parents.slice(at, at + BATCH));
    expectProportional(2_000);
    plans = [];
    await cycle(session, parents.slice(-BATCH));
    expectProportional(BATCH);
  });

  it("seats for dependents of two parents, and claims, with plans cached on empty tables, read the parents one by one", async () => {
    await world.database.withHot((client) => client.query("analyze"));
    const session = await world.register();
    const seat = { ...session, queueId: await world.queueId("default"), types: null };
    /** Threes of two parents and their dependent. @returns the parents */
    const write = async (threes: number): Promise<number[]> => {
      const jobs = Array.from({ length: threes }, (_, at) => [
        {},
        {},
        { siblingParents: [at * 3, at * 3 + 1] },
      ]);
      return (await world.submit(jobs.flat())).filter((_, at) => at % 3 < 2);
    };
    const finish = async (parents: readonly number[]): Promise<void> => {
      await world.run(session, parents);
      const results = parents.map((jobId) => ({ ref: { jobId, leaseEpoch: 1 }, output: null }));
      const { seated } = await world.store.finishSucceeded(
        results,
        parents.map(() => seat),
      );
      expect(seated.map(({ parents: all }) => all.length)).to.deep.equal(seated.map(() => 2));
      expect(seated).to.have.length(parents.length / 2);
    };
    /** Without seats, so that they are claimed. */
    const claim = async (parents: readonly number[]): Promise<void> => {
      await world.run(session, parents);
      const results = parents.map((jobId) => ({ ref: { jobId, leaseEpoch: 1 }, output: null }));
      const { unblocked } = await world.store.finishSucceeded(results);
      const { assignments } = await world.claim(
        session,
        unblocked.map(({ id }) => id),
      );
      expect(assignments.map(({ parents: all }) => all.length)).to.deep.equal(unblocked.map(() => 2));
      expect(assignments).to.have.length(parents.length / 2);
    };
    for (let round = 0; round < 100; round++) {
      await finish(await write(1));
      await claim(await write(1));
    }
    const parents: number[] = [];
    while (parents.length < (TABLE_ROWS * 2) / 3) parents.push(...(await write(600)));
    plans = [];
    await finish(parents.slice(-BATCH));
    expectProportional(BATCH);
    const extra = plans.filter(({ query }) => /-- parent_outputs:|"graphs"/.test(query));
    expect(extra, "reads of parents or graphs beside the finish").to.deep.equal([]);
    plans = [];
    await claim(parents.slice(-BATCH * 2, -BATCH));
    expectProportional(BATCH);
    expect(plans.filter(({ query }) => query.includes("-- parent_outputs:"))).to.have.length(1);
  });

  it("looking jobs up, with plans cached on empty tables, is planned once and reads each job's own rows", async () => {
    await world.database.withHot((client) => client.query("analyze"));
    const look = async (ids: readonly number[]): Promise<void> => {
      let read = 0;
      for (let left = ids; left.length > 0;) {
        const some = await world.views.someJobs(left);
        read += some.jobs.size;
        left = some.left;
      }
      expect(read).to.equal(ids.length);
      expect((await world.views.jobVersions(ids)).size).to.equal(ids.length);
      for (const decoded of await world.decoded(ids.slice(0, 2)))
        expect((await world.views.getJob("default", decoded))?.id).to.equal(decoded.id);
    };
    const session = await world.register();
    const [parent = 0, child = 0] = await world.submit([{}, { siblingParents: [0] }]);
    await cycle(session, [parent]);
    for (let round = 0; round < 8; round++) await look([parent, child]);
    const parents = await fill(TABLE_ROWS);
    await cycle(session, parents.slice(0, BATCH));
    plans = [];
    await look(parents.slice(0, BATCH));
    expectProportional(BATCH, ["jobs", "job_executions"]);
    const { rows } = await world.database.withHot((client) =>
      client.query<{ name: string; custom_plans: string }>(
        "select name, custom_plans from pg_prepared_statements where name like 'views/%' order by name",
      ),
    );
    const planned = rows.map(({ name, custom_plans: anew }) => [name, Number(anew)]);
    expect(planned).to.deep.equal([
      ["views/created_at", 0],
      ["views/job_versions", 0],
      ["views/read_jobs", 0],
    ]);
  });

  it("keys that are free and keys that are taken, with plans cached on empty tables, are looked up one by one", async () => {
    await world.database.withHot((client) => client.query("analyze"));
    const keyed = (from: number) =>
      Array.from({ length: BATCH }, (_, at) => ({ idempotencyKey: `key-${from + at}` }));
    for (let round = 0; round < 8; round++) {
      await submitKeyed(world, [{ jobs: keyed(-BATCH * (round + 1)) }]);
      await world.submitLinked(keyed(-BATCH * (round + 1)));
    }
    for (let at = 0; at < TABLE_ROWS / 2; at += BATCH) await submitKeyed(world, [{ jobs: keyed(at) }]);
    plans = [];
    const { inserted } = await submitKeyed(world, [{ jobs: keyed(0) }, { jobs: keyed(TABLE_ROWS) }]);
    expect(inserted?.lost).to.deep.equal(new Set([0]));
    const again = await world.submitLinked(keyed(0));
    expect(again.jobs.every(({ existed }) => existed)).to.equal(true);
    expectProportional(BATCH * 2, ["idempotency_keys", "jobs"]);
  });

  /** Decisions under locks, linked submissions and priorities, on 20 of the parents at a time. */
  async function decide(parents: readonly number[], rounds: number): Promise<void> {
    const session = await world.register();
    for (let round = 0; round < rounds; round++) {
      const ids = parents.slice(round * 20, round * 20 + 20);
      await world.run(session, ids);
      plans = [];
      await world.giveBack(ids, "lost");
      await world.cancel.cancelJobs(ids.slice(0, 5), "no", 0);
      await world.child(ids.slice(5, 10));
      await world.child(ids.slice(10, 15), { priority: 9 + round });
      await world.store.lowerAncestors(ids.slice(0, 5));
      await world.store.judge(
        ids.map((jobId) => ({ ref: { jobId, leaseEpoch: 1 }, kind: "succeeded" as const, output: null })),
      );
      await world.retry.retryJob(ids[0] ?? 0);
      expectProportional(60);
    }
  }

  it("decisions under locks and linked submissions stay with the primary keys as well", async () => {
    const parents = await fill(TABLE_ROWS);
    await world.database.withHot((client) => client.query("analyze"));
    await decide(parents, 8);
  });

  it("statistics taken while no job was open: decisions beside 30,000 that are do not read those", async () => {
    const session = await world.register();
    const finished = await world.submit(Array.from({ length: 2_000 }, () => ({})));
    for (let at = 0; at < finished.length; at += BATCH) await cycle(session, finished.slice(at, at + BATCH));
    await world.database.withHot((client) => client.query("vacuum analyze"));
    await decide(await fill(TABLE_ROWS), 4);
  });
});

function scansOf(node: PlanNode): PlanNode[] {
  const below = (node.Plans ?? []).flatMap(scansOf);
  const isScan = node["Node Type"].includes("Scan") && GROWING.has(node["Relation Name"] ?? "");
  return isScan ? [node, ...below] : below;
}
