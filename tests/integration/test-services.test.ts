/** The servers that the tests stand on: private, real, isolated, and gone afterwards. */
import { expect } from "chai";
import { existsSync } from "node:fs";
import pg from "pg";
import { freshDatabase } from "../support/databases.js";
import { eventually } from "../support/eventually.js";
import { PrivatePostgres } from "../support/private-postgres.js";
import { PrivateRedis } from "../support/private-redis.js";
import { services } from "../support/services.js";
import { spawnNode } from "../support/spawn-node.js";

async function rejectionOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("it did not reject with an Error");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("test services", function () {
  this.timeout(60_000);

  it("gives each caller an empty database of its own and counts its SQLSTATEs", async () => {
    const [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
    const client = new pg.Client({ connectionString: one.url });
    await client.connect();
    try {
      await client.query("create table a (id integer primary key); create table b (a integer references a)");
      const error = await rejectionOf(client.query("insert into b values (1)"));
      expect(error).to.have.property("code", "23503");
    } finally {
      await client.end();
    }
    const { postgres } = await services();
    if (postgres.server !== null) {
      await eventually(() => one.sqlstates()["23503"] === 1, 2_000);
      expect(two.sqlstates()).to.deep.equal({});
    }
    const copy = await freshDatabase(one);
    const reader = new pg.Client({ connectionString: copy.url });
    await reader.connect();
    expect((await reader.query("select * from a")).rows).to.deep.equal([]);
    await reader.end();
    for (const database of [one, two, copy]) await database.drop();
  });

  it("names a connection that was left open", async () => {
    const database = await freshDatabase();
    const client = new pg.Client({ connectionString: database.url, application_name: "forgotten" });
    client.on("error", () => undefined); // it is cut by the drop
    await client.connect();
    expect((await rejectionOf(database.drop())).message).to.contain("forgotten");
  });

  it("starts a private Postgres again after a kill, with what was committed", async () => {
    const postgres = await PrivatePostgres.start();
    const run = async (sql: string): Promise<unknown[]> => {
      const client = new pg.Client({ connectionString: postgres.url() });
      client.on("error", () => undefined);
      await client.connect();
      try {
        return (await client.query(sql)).rows as unknown[];
      } finally {
        await client.end();
      }
    };
    await run("create table kept (id integer); insert into kept values (7)");
    await postgres.kill("SIGKILL");
    await postgres.start();
    expect(await run("select id from kept")).to.deep.equal([{ id: 7 }]);
    await postgres.stop();
    expect(existsSync(postgres.directory)).to.equal(false);
  });

  it("ends servers and children of a test process that was killed", async () => {
    const redis = await PrivateRedis.start();
    const entry = new URL("../support/holder.js", import.meta.url).pathname;
    const holder = await spawnNode(entry, [], { readyLine: /^holding (\d+) (\d+) (.+)$/ });
    const [, redisPid = "0", childPid = "0", directory = ""] = holder.ready ?? [];
    expect([isAlive(Number(redisPid)), isAlive(Number(childPid)), existsSync(directory)]).to.deep.equal([
      true,
      true,
      true,
    ]);
    await holder.kill("SIGKILL");
    await eventually(
      () => !isAlive(Number(redisPid)) && !isAlive(Number(childPid)) && !existsSync(directory),
      10_000,
    );
    expect(isAlive(redis.pid), "a server of another process").to.equal(true);
    await redis.stop();
  });

  it("tells what a program printed when it does not become ready", async () => {
    const options = {
      readyLine: /^never$/,
      nodeArgs: ["--eval", "console.error('no config'); process.exit(3)"],
    };
    const error = await rejectionOf(spawnNode("unused", [], options));
    expect(error.message).to.contain("ended with 3").and.to.contain("no config");
  });
});
