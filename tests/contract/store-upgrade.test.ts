/**
 * Rolling from one release to the next: servers and schemas of different ages on one database. The release to come is
 * this one with a migration more, which adds everything that an expansion may add.
 */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { sql } from "kysely";
import { Database } from "../../server/store/database.js";
import { migrate, SchemaMismatch } from "../../server/store/migrate.js";
import { Worker } from "../../worker-sdk/typescript/index.js";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { cli } from "../support/cli.js";
import { freshDatabase, type FreshDatabase } from "../support/databases.js";
import { eventually } from "../support/eventually.js";
import { openInstallation, type Installation } from "../support/server-process.js";
import { storeLinkedSuite } from "./store-linked.suite.js";
import { storeReadySuite } from "./store-ready.suite.js";
import { storeRetentionSuite } from "./store-retention.suite.js";
import { storeSchedulesSuite } from "./store-schedules.suite.js";
import { storeSessionsSuite } from "./store-sessions.suite.js";
import { storeSettleSuite } from "./store-settle.suite.js";
import { StoreWorld } from "./store-world.js";

const MIGRATIONS = new URL("../../server/store/migrations/", import.meta.url);
const FILES = readdirSync(MIGRATIONS).toSorted();
const NAMES = FILES.map((file) => file.replace(/\.sql$/, ""));
const EXPANSION = "9000_expansion";
/** A column in every table that is there, a table and an index. */
const EXPANDED = [
  ...tablesOf(FILES).flatMap((table) => [
    `alter table ${table} add column of_the_future text;`,
    `alter table ${table} add column filled_in_future integer not null default 7;`,
  ]),
  "create table of_the_future (id bigint primary key, job_id bigint not null);",
  "create index jobs_of_the_future on jobs (id) where run_at is not null;",
].join("\n");

function tablesOf(files: readonly string[]): string[] {
  return files.flatMap((file) =>
    [...readFileSync(new URL(file, MIGRATIONS), "utf8").matchAll(/^create table (\w+)/gm)].map(
      (match) => match[1] ?? "",
    ),
  );
}

/** What a release usually adds: to tables that servers write all the time. */
const SMALL_EXPANSION = [
  "alter table jobs add column of_the_future text;",
  "alter table job_executions add column filled_in_future integer not null default 7;",
  "create index jobs_of_the_future on jobs (id) where run_at is not null;",
].join("\n");

describe("rolling to another release", function () {
  this.timeout(120_000);
  const folders: string[] = [];

  /** The migrations of a release: these files, and more. */
  function release(files: readonly string[], more: Readonly<Record<string, string>> = {}): URL {
    const folder = mkdtempSync(join(tmpdir(), "muster-release-"));
    folders.push(folder);
    for (const file of files) copyFileSync(new URL(file, MIGRATIONS), join(folder, file));
    for (const [name, text] of Object.entries(more)) writeFileSync(join(folder, `${name}.sql`), `${text}\n`);
    return pathToFileURL(`${folder}/`);
  }

  const nextRelease = () => release(FILES, { [EXPANSION]: EXPANDED });

  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  describe("the schema and a server", () => {
    let fresh: FreshDatabase;
    let database: Database;

    beforeEach(async () => {
      fresh = await freshDatabase();
      database = new Database({ connection: { url: fresh.url }, poolMax: 5, onError: () => undefined });
    });

    afterEach(async () => {
      await database.close();
      await fresh.drop();
    });

    const refusal = async (...args: Parameters<typeof migrate>): Promise<string> => {
      const error: unknown = await migrate(...args).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(SchemaMismatch);
      return (error as SchemaMismatch).message;
    };

    it("go together from every older schema on, one step at a time", async () => {
      for (const [at, name] of NAMES.entries()) {
        const root = release(FILES.slice(0, at + 1));
        expect(await migrate(database.kysely, { mayMigrate: true, root })).to.deep.equal([name]);
      }
      expect(await migrate(database.kysely, { mayMigrate: false })).to.deep.equal([]);
    });

    it("go together when the schema is newer and only expanded", async () => {
      const root = nextRelease();
      await migrate(database.kysely, { mayMigrate: true, root });
      expect(await migrate(database.kysely)).to.deep.equal([]);
      expect(await migrate(database.kysely, { mayMigrate: false })).to.deep.equal([]);
    });

    it("do not when the schema is newer and something was taken away", async () => {
      const root = release(FILES, {
        [EXPANSION]: EXPANDED,
        "9001_contract_queues": "drop table of_the_future;",
      });
      await migrate(database.kysely, { mayMigrate: true, root });
      expect(await refusal(database.kysely))
        .to.contain("got 9001_contract_queues")
        .and.to.contain("newer release");
    });

    it("do not when the schema is of another line of releases", async () => {
      const root = release(FILES.slice(0, -1), { [EXPANSION]: "create table elsewhere (id int);" });
      await migrate(database.kysely, { mayMigrate: true, root });
      expect(await refusal(database.kysely))
        .to.contain(EXPANSION)
        .and.to.contain(NAMES.at(-1));
    });

    it("do not when the schema is older and this server may not change it", async () => {
      const frozen = { mayMigrate: false };
      expect(await refusal(database.kysely, frozen)).to.contain("got an empty one");
      await migrate(database.kysely, { mayMigrate: true, root: release(FILES.slice(0, -1)) });
      expect(await refusal(database.kysely, frozen))
        .to.contain(`expected ${NAMES.at(-1)}, got ${NAMES.at(-2)}`)
        .and.to.contain("muster migrate");
      expect(await migrate(database.kysely)).to.deep.equal([NAMES.at(-1)]);
      expect(await migrate(database.kysely, frozen)).to.deep.equal([]);
    });
  });

  describe("this release on the schema of the next", () => {
    let fresh: FreshDatabase;
    let world: StoreWorld;

    before(async () => {
      fresh = await freshDatabase();
      const database = new Database({ connection: { url: fresh.url }, poolMax: 8, onError: () => undefined });
      await migrate(database.kysely, { mayMigrate: true, root: nextRelease() });
      world = new StoreWorld(database);
    });

    after(async () => {
      await world.database.close();
      await fresh.drop();
    });

    for (const suite of [
      storeReadySuite,
      storeSettleSuite,
      storeLinkedSuite,
      storeSessionsSuite,
      storeSchedulesSuite,
      storeRetentionSuite,
    ]) {
      suite(() => world);
    }
  });

  describe("two replicas while the schema moves on [slow]", () => {
    let installation: Installation;

    before(async () => {
      installation = await openInstallation();
    });

    after(() => installation.close());

    it("go on with their work, the one that was there before and the one that came after", async () => {
      const before = await installation.startServer();
      const database = new Database({
        connection: { url: installation.database.url },
        poolMax: 5,
        onError: () => undefined,
      });
      const done = new Set<number>();
      let n = 0;
      let isStopping = false;
      const servers = [before];
      const workers = [workerAt(before.address, "one", done)];
      const submitting = (async () => {
        while (!isStopping) {
          for (const { client } of servers) {
            const [a, b] = [n++, n++];
            await client.submit([
              { type: "step", key: "a", payload: a },
              { type: "step", payload: b, dependsOn: ["a"] },
            ]);
          }
        }
      })();
      try {
        await eventually(() => done.size > 50, 30_000);
        expect(
          await migrate(database.kysely, {
            mayMigrate: true,
            root: release(FILES, { [EXPANSION]: SMALL_EXPANSION }),
          }),
        ).to.deep.equal([EXPANSION]);
        const migratedAt = done.size;
        const after = await installation.startServer();
        servers.push(after);
        workers.push(workerAt(after.address, "two", done));
        await eventually(() => done.size > migratedAt + 100, 30_000);
        await eventually(async () => {
          const { rows } = await sql<{ server_id: string }>`
            select distinct s.server_id from worker_sessions s join job_executions e on e.session_id = s.id
             where e.outcome = 0`.execute(database.kysely);
          return rows.length === 2;
        }, 30_000);
      } finally {
        isStopping = true;
        await submitting;
        await eventually(() => done.size === n, 30_000);
        await Promise.all(workers.map(({ end }) => end()));
        await database.close();
      }
      await expectAuditClean(installation.database.url);
      await expectNoDatabaseErrors(installation.database);
    });

    it("refuse to start where they may not bring the schema up to date", async () => {
      const empty = await freshDatabase();
      try {
        const env = { ...installation.env, DATABASE_URL: empty.url, MUSTER_MIGRATE: "false" };
        const { code, stderr } = await cli(["serve", "--port", "0", "--metrics-port", "0"], { env });
        expect(code).to.equal(5);
        expect(stderr).to.contain("database schema: expected").and.to.contain("run `muster migrate`");
      } finally {
        await empty.drop();
      }
    });
  });
});

function workerAt(address: string, workerId: string, done: Set<number>): { end: () => Promise<void> } {
  const worker = new Worker({
    address,
    workerId,
    transport: "inline",
    concurrency: 8,
    handlers: { step: (job) => void done.add(job.json<number>()) },
  });
  const running = worker.run();
  return {
    async end() {
      await worker.drain({ mode: "finish_running", timeoutMs: 10_000 });
      await running;
    },
  };
}
