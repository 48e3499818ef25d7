/**
 * `muster doctor`: each thing is broken for real, on a database and a Redis of this test's own, and is named. Most of
 * it looks at the databases directly, since a running server would repair half of what is broken.
 */
import { expect } from "chai";
import { Redis } from "ioredis";
import pg from "pg";
import { readConfig } from "../../server/config.js";
import { FINDINGS, SEVERITIES, type Finding, type FindingName } from "../../server/core/findings.js";
import { diagnose } from "../../server/main.js";
import { RedisLink } from "../../server/queue/redis/link.js";
import { memberOf } from "../../server/queue/redis/member.js";
import { RedisReadyQueue } from "../../server/queue/redis/ready-queue.js";
import { storeCheckup } from "../../server/store/checkup.js";
import { Database } from "../../server/store/database.js";
import { migrate } from "../../server/store/migrate.js";
import { StoreWorld } from "../contract/store-world.js";
import { cli, startCli } from "../support/cli.js";
import { freshDatabase, type FreshDatabase } from "../support/databases.js";
import { eventually } from "../support/eventually.js";
import { freePort } from "../support/free-port.js";
import { PrivateRedis } from "../support/private-redis.js";
import { Client } from "../../worker-sdk/typescript/index.js";

const PREFIX = "doctored";
const READY = `${PREFIX}:{default/default}:ready`;

describe("the doctor", function () {
  this.timeout(60_000);
  let fresh: FreshDatabase;
  let privateRedis: PrivateRedis;
  let database: Database;
  let redis: Redis;
  let client: pg.Client;
  let link: RedisLink;
  let env: Record<string, string>;
  /** Two ready jobs, high and medium, and one that waits for the second. */
  let [urgent, usual, waiting]: readonly number[] = [];

  before(async () => {
    [fresh, privateRedis] = await Promise.all([freshDatabase(), PrivateRedis.start({ durable: true })]);
    env = { DATABASE_URL: fresh.url, REDIS_URL: privateRedis.url, MUSTER_REDIS_KEY_PREFIX: PREFIX };
    database = new Database({ connection: { url: fresh.url }, poolMax: 5, onError: () => undefined });
    await migrate(database.kysely);
    const world = new StoreWorld(database);
    [urgent, usual, waiting] = await world.submit([{ priority: 9 }, {}, { siblingParents: [1] }]);
    await world.register();
    redis = new Redis(privateRedis.url);
    redis.on("error", () => undefined); // the last test ends it
    client = new pg.Client({ connectionString: fresh.url, application_name: "the test" });
    await client.connect();
    link = new RedisLink({ url: privateRedis.url, prefix: PREFIX });
    expect(await link.untilUp(10_000)).to.equal(true);
    const queue = new RedisReadyQueue(link);
    await queue.checkLost();
    const jobs = await world.store.readyPage(await world.queueId("default"), 0, 10);
    await queue.put(
      { namespace: "default", name: "default" },
      jobs.map(({ id: jobId, type, readyUs }) => ({
        jobId,
        type,
        level: jobId === urgent ? "high" : "medium",
        readyUs: readyUs ?? 0,
      })),
    );
  });

  after(async () => {
    redis?.disconnect();
    await link?.close();
    await client?.end();
    await database?.close();
    await privateRedis?.stop();
    await fresh?.drop();
  });

  const look = async (more: Record<string, string> = {}) =>
    diagnose({ config: readConfig({ ...env, ...more }) });

  /** What is not in order, by name. */
  async function wrong(more: Record<string, string> = {}): Promise<ReadonlyMap<FindingName, Finding>> {
    const { findings } = await look(more);
    const found = findings.filter((finding) => finding.severity !== "ok");
    for (const { name, severity, repair } of found) {
      const atWorst = SEVERITIES.indexOf(FINDINGS[name].worst);
      expect(SEVERITIES.indexOf(severity), `${name}: ${severity}`).to.be.at.most(atWorst);
      expect(repair).to.equal(FINDINGS[name].repair);
    }
    return new Map(found.map((finding) => [finding.name, finding]));
  }

  /** Breaks something, looks, and mends it. */
  async function withBroken(
    broken: readonly string[],
    mended: readonly string[],
  ): Promise<ReadonlyMap<FindingName, Finding>> {
    for (const statement of broken) await client.query(statement);
    try {
      return await wrong();
    } finally {
      for (const statement of mended) await client.query(statement);
    }
  }

  const names = (found: ReadonlyMap<FindingName, Finding>): FindingName[] => [...found.keys()];

  it("answers every check in its order, and finds nothing wrong where nothing is", async () => {
    const { findings, worst } = await look();
    expect(findings.map((finding) => finding.name)).to.deep.equal(Object.keys(FINDINGS));
    expect(findings.filter((finding) => finding.severity !== "ok")).to.deep.equal([]);
    expect(worst).to.equal("ok");
  });

  it("names settings of Redis that lose hints", async () => {
    await redis.config("SET", "maxmemory-policy", "allkeys-lru");
    await redis.config("SET", "appendonly", "no");
    const found = await wrong();
    expect(names(found)).to.deep.equal(["redis_eviction", "redis_persistence"]);
    expect(found.get("redis_eviction")).to.include({
      severity: "fail",
      summary: "maxmemory-policy allkeys-lru",
    });
    expect(found.get("redis_persistence")?.severity).to.equal("warn");
    const { code, stdout, stderr } = await cli(["doctor", "--direct"], { env });
    expect(code).to.equal(1);
    expect(stdout).to.match(/^fail +redis_eviction +maxmemory-policy allkeys-lru$/m);
    expect(stdout).to.match(/^redis_eviction: maxmemory-policy noeviction/m);
    expect(stderr).to.contain("doctor: expected nothing wrong, got redis_eviction");
    await redis.config("SET", "maxmemory-policy", "noeviction");
    await redis.config("SET", "appendonly", "yes");
    await redis.config("SET", "maxmemory", "1100000");
    expect((await wrong()).get("redis_memory")?.severity).to.equal("fail");
    await redis.config("SET", "maxmemory", "0");
  });

  it("names a Redis that takes no writes, and the loss of its data", async () => {
    await redis.del(`${PREFIX}:sentinel`);
    await redis.set(`${PREFIX}:sentinel`, "0123:of another life");
    expect((await wrong()).get("sentinel")?.summary).to.equal("it is of an earlier life of Redis");
    await redis.del(`${PREFIX}:sentinel`);
    await redis.replicaof("127.0.0.1", await freePort());
    const found = await wrong();
    expect(found.get("redis_role")).to.include({ severity: "fail", summary: "role slave" });
    expect(found.get("sentinel")?.summary).to.contain("there is none");
    await redis.replicaof("NO", "ONE");
    await new RedisReadyQueue(link).checkLost();
  });

  it("compares the hints with what is ready: lost, stale, misplaced and foreign ones", async () => {
    const [high, medium, low] = [`${READY}:high`, `${READY}:medium`, `${READY}:low`];
    const hint = (jobId: number) => memberOf({ jobId, type: "resize" });
    const score = await redis.zscore(medium, hint(usual ?? 0));
    await redis.zrem(medium, hint(usual ?? 0));
    await redis.zadd(medium, 5, hint(waiting ?? 0), 5, "garbage");
    await redis.zrem(high, hint(urgent ?? 0));
    await redis.zadd(low, 5, hint(urgent ?? 0));
    const found = await wrong();
    expect(names(found)).to.deep.equal(["hints_missing", "hints_stale", "hints_misplaced", "hints_foreign"]);
    expect(found.get("hints_missing")?.rows).to.deep.equal([`default/default: job ${usual}, resize`]);
    expect(found.get("hints_stale")?.rows).to.deep.equal([
      `default/default: job ${waiting}, resize, at medium`,
    ]);
    expect(found.get("hints_misplaced")?.rows).to.deep.equal([
      `default/default: job ${urgent} at low, expected high`,
    ]);
    expect(found.get("hints_foreign")?.rows).to.deep.equal(['default/default: entry "garbage"']);
    await redis.del(low, medium);
    await redis.set(low, "not a sorted set");
    expect((await wrong()).get("hints_foreign")?.rows).to.deep.equal([
      "default/default: key of level low is a string",
    ]);
    await redis.del(low);
    await redis.zadd(high, 5, hint(urgent ?? 0));
    await redis.zadd(medium, score ?? 5, hint(usual ?? 0));
  });

  it("names settings of Postgres that lose what was acknowledged", async () => {
    const found = await withBroken(
      [`alter database ${fresh.name} set synchronous_commit = off`],
      [`alter database ${fresh.name} reset synchronous_commit`],
    );
    expect(names(found)).to.deep.equal(["synchronous_commit"]);
    expect(found.get("synchronous_commit")?.severity).to.equal("fail");
  });

  it("names rows that break a rule, with the rows", async () => {
    const found = await withBroken(
      [`update jobs set pending_parents = 7 where id = ${waiting}`],
      [`update jobs set pending_parents = 1 where id = ${waiting}`],
    );
    expect(names(found)).to.deep.equal(["pending_parents_drift"]);
    expect(found.get("pending_parents_drift")?.rows[0]).to.contain(`"id":${waiting}`);
    expect(found.get("pending_parents_drift")?.severity).to.equal("fail");
  });

  it("names an index that is gone, and a slot that nobody uses", async () => {
    const slot = `doctored_${process.pid}`;
    const found = await withBroken(
      ["drop index jobs_due", `select pg_create_physical_replication_slot('${slot}')`],
      [
        "create index jobs_due on jobs (run_at) where run_at is not null",
        `select pg_drop_replication_slot('${slot}')`,
      ],
    );
    expect(names(found)).to.deep.equal(["held_horizon", "indexes"]);
    expect(found.get("indexes")?.rows).to.deep.equal(["jobs_due: missing"]);
    expect(found.get("held_horizon")?.rows[0]).to.contain(slot);
  });

  it("names a schema that is older or newer than the release", async () => {
    const [newer] = names(
      await withBroken(
        ["insert into muster_migrations (name, timestamp) values ('9999_from_the_future', now()::text)"],
        ["delete from muster_migrations where name = '9999_from_the_future'"],
      ),
    );
    expect(newer).to.equal("schema_version");
    const older = await withBroken(
      ["create table kept as select * from muster_migrations", "delete from muster_migrations"],
      ["insert into muster_migrations select * from kept", "drop table kept"],
    );
    expect(older.get("schema_version")).to.include({ severity: "fail" });
    expect(older.get("schema_version")?.rows).to.include("0001_spine");
  });

  it("names pools that want more connections than there are", async () => {
    const found = await wrong({ MUSTER_POSTGRES_POOL_MAX: "1000" });
    expect(names(found)).to.deep.equal(["connection_budget"]);
    expect(found.get("connection_budget")?.summary).to.contain("1 replica x 1000 of");
  });

  it("names ready jobs that nobody is there for, unless their queue is paused", async () => {
    const others = "update worker_sessions set subscriptions = '[]'";
    const back = `update worker_sessions set subscriptions = '[{"queue":"default","jobTypes":[],"maxInFlight":0}]'`;
    const found = await withBroken([others], [back]);
    expect(found.get("queues_unserved")?.rows).to.deep.equal(["default/default: 2 ready, no worker"]);
    const paused = [others, "update queues set paused_at = now()"];
    expect(names(await withBroken(paused, [back, "update queues set paused_at = null"]))).to.deep.equal([]);
  });

  it("sees open transactions and waits for locks, by whom, without the text of their statements", async () => {
    const other = new pg.Client({ connectionString: fresh.url, application_name: "the waiting one" });
    await other.connect();
    await client.query("begin; lock table queues");
    const blocked = other.query("update queues set paused_at = null where name = 'a secret'");
    const seen = eventually(async () => {
      const facts = await storeCheckup(database).facts();
      return facts.lockWaits.length > 0 ? facts : null;
    }, 10_000);
    const { transactions, lockWaits } = await seen.catch(async (error: unknown) => {
      await client.query("rollback");
      throw error;
    });
    await client.query("rollback");
    expect(transactions.map(({ what }) => what).join("\n")).to.contain("the test idle in transaction BEGIN");
    expect(lockWaits[0]?.what).to.match(/the waiting one active UPDATE$/);
    await blocked;
    await other.end();
  });

  it("writes nothing, whatever a statement says", async () => {
    const refused = await database.readOnly("delete from jobs", [], 1_000).catch((error: unknown) => error);
    expect(refused).to.have.property("code", "25006");
    const late = await database.readOnly("select pg_sleep(30)", [], 50).catch((error: unknown) => error);
    expect(late).to.have.property("code", "57014");
  });

  it("says that Postgres is away, and that alone", async () => {
    const url = `postgres://nobody@127.0.0.1:${await freePort()}/nothing`;
    const { findings } = await look({ DATABASE_URL: url });
    expect(findings.map(({ name, severity }) => [name, severity])).to.deep.equal([
      ["store_reachable", "fail"],
    ]);
  });

  it("is asked of a server; one whose Redis is away says so, and explain says why jobs are slow", async () => {
    const server = await startCli(["serve", "--port", "0"], /^listening on (\S+)$/, {
      env: { ...env, MUSTER_METRICS_PORT: "off", MUSTER_LOG_LEVEL: "silent" },
    });
    const address = server.ready?.[1] ?? "";
    const sdk = new Client({ address });
    try {
      const inOrder = await sdk.diagnose();
      expect(inOrder.findings.map((finding) => finding.name)).to.deep.equal(Object.keys(FINDINGS));
      expect(inOrder.findings.filter((finding) => finding.severity === "fail")).to.deep.equal([]);
      await privateRedis.kill("SIGKILL");
      const { id } = await sdk.submit({ type: "t", queue: "slow" });
      await eventually(async () => {
        const { blockers } = await sdk.explain(id);
        return blockers.some((blocker) => blocker.reason === "ready_queue_away");
      }, 10_000);
      const { code, stdout } = await cli(["doctor", "--strict", "--json", "--address", address]);
      expect(code).to.equal(1);
      const { findings } = JSON.parse(stdout) as { findings: { name: string; severity: string }[] };
      const found = new Map(findings.map((finding) => [finding.name, finding.severity]));
      expect(found.get("redis_reachable")).to.equal("warn");
      expect(found.get("store_reachable")).to.equal("ok");
    } finally {
      sdk.close();
      await server.kill("SIGTERM");
      await privateRedis.start();
    }
  });
});
