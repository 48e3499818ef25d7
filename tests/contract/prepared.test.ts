/** Prepared statements on a real connection: what goes in, what comes back, and what happens when one fails. */
import { expect } from "chai";
import type { EventEmitter } from "node:events";
import pg from "pg";
import { type PreparedValue, runPrepared } from "../../server/store/prepared.js";
import { freshDatabase, type FreshDatabase } from "../support/databases.js";

describe("prepared statements", () => {
  let database: FreshDatabase;
  let client: pg.Client;

  beforeEach(async () => {
    database = await freshDatabase();
    client = new pg.Client({ connectionString: database.url });
    client.on("error", () => undefined);
    await client.connect();
  });

  afterEach(async () => {
    await client.end().catch(() => undefined);
    await database.drop();
  });

  function run<R>(name: string, text: string, ...values: PreparedValue[]): Promise<{ rows: R[] }> {
    return runPrepared<R>(client, { name, text, values });
  }

  /** What Postgres sends from now on, by the driver's names. */
  function heard(kind: "rowDescription" | "noData" | "parseComplete"): () => number {
    let count = 0;
    const { connection } = client as unknown as { readonly connection: EventEmitter };
    connection.on(kind, () => count++);
    return () => count;
  }

  it("take every kind of value that is sent, as the driver would", async () => {
    const text =
      "select $1::int as i, $2::text as t, $3::boolean as b, $4::bytea as y, $5::timestamptz as at, $6::int as n," +
      " $7::bigint[] as list, $8::real[] as fractions, $9::jsonb as j";
    const at = new Date(1_700_000_000_123);
    const values = [
      7,
      "a 'b' \\ {c}",
      true,
      Buffer.from([0, 1, 255]),
      at,
      null,
      [1, null, -3],
      [0.5, null],
      '{"a":1}',
    ];
    const { rows } = await run("kinds", text, ...(values as PreparedValue[]));
    const { rows: theDrivers } = await client.query(text, values);
    expect(rows).to.deep.equal(theDrivers);
    expect(rows[0]).to.deep.include({ i: 7, b: true, at, n: null, j: { a: 1 } });
  });

  it("are parsed and described once on each connection, and read alike ever after", async () => {
    const [descriptions, parsed] = [heard("rowDescription"), heard("parseComplete")];
    const text = "select n as a, null::text as b from generate_series(1, $1::int) n";
    expect((await run("series", text, 2)).rows).to.deep.equal([
      { a: 1, b: null },
      { a: 2, b: null },
    ]);
    expect((await run("series", text, 0)).rows).to.deep.equal([]);
    expect((await run("series", text, 1)).rows).to.deep.equal([{ a: 1, b: null }]);
    expect([descriptions(), parsed()]).to.deep.equal([1, 1]);
  });

  it("may share their name with the same statement of the driver", async () => {
    const text = "select $1::int as a";
    await client.query({ name: "shared", text, values: [1] });
    expect((await run("shared", text, 2)).rows).to.deep.equal([{ a: 2 }]);
    expect((await client.query({ name: "shared", text, values: [3] })).rows).to.deep.equal([{ a: 3 }]);
  });

  it("of which nothing comes back have no rows", async () => {
    await client.query("create table things (id int primary key)");
    const descriptions = heard("noData");
    const text = "insert into things values ($1::int)";
    expect((await run("into", text, 1)).rows).to.deep.equal([]);
    expect((await run("into", text, 2)).rows).to.deep.equal([]);
    expect((await client.query("select count(*)::int as n from things")).rows).to.deep.equal([{ n: 2 }]);
    expect(descriptions(), "asked once").to.equal(1);
  });

  it("that fail say why, the first time as later, and the connection goes on", async () => {
    const text = "select 1 / $1::int as a";
    for (let times = 0; times < 2; times++) {
      const error = await run("divided", text, 0).then(
        () => null,
        (reason: unknown) => reason as Error & { readonly code: string },
      );
      expect(error).to.include({ code: "22012", message: "division by zero" });
      expect(error?.stack, "where it was asked for").to.contain("prepared");
    }
    expect((await run("divided", text, 1)).rows).to.deep.equal([{ a: 1 }]);
    const wrong = await run("wrong", "select no_such_column").catch((error: unknown) => error as Error);
    expect(wrong).to.include({ code: "42703" });
    expect((await run("right", "select 2 as a")).rows).to.deep.equal([{ a: 2 }]);
  });

  it("whose columns have changed are refused by Postgres, not read by the old description", async () => {
    await client.query("create table things (id int, name text); insert into things values (1, 'one')");
    const text = "select * from things where id = $1::int";
    expect((await run("things", text, 1)).rows).to.deep.equal([{ id: 1, name: "one" }]);
    await client.query("alter table things add column size int default 5");
    const error = await run("things", text, 1).catch((reason: unknown) => reason as Error);
    expect(error).to.include({ code: "0A000" });
  });

  it("are given up when no answer comes in time", async () => {
    const values = [1];
    const slow = { name: "slow", text: "select pg_sleep($1::int)", values, timeoutMs: 50 };
    const error = await runPrepared(client, slow).catch((reason: unknown) => reason as Error);
    expect(error).to.have.property("message", "Query read timeout");
  });

  it("on a connection that is cut fail, those that wait behind as well", async () => {
    const { rows } = await run<{ pid: number }>("pid", "select pg_backend_pid() as pid");
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    try {
      const sleeping = run("sleep", "select pg_sleep($1::int)", 20).catch((error: unknown) => error);
      await other.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
      expect(await sleeping).to.be.instanceOf(Error);
      expect(await run("after", "select 1 as a").catch((error: unknown) => error)).to.be.instanceOf(Error);
    } finally {
      await other.end();
    }
  });
});
