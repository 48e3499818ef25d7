/** The binary arrays of the hot statements, read back by Postgres itself. */
import { expect } from "chai";
import fc from "fast-check";
import pg from "pg";
import { bigints, byteas, ints, jsonbs, smallints, texts } from "../../server/store/binary-array.js";
import { freshDatabase, type FreshDatabase } from "../support/databases.js";

const numbersUpTo = (limit: number) =>
  fc.array(fc.option(fc.integer({ min: -limit, max: limit - 1 })), { maxLength: 20 });
/** No NUL; lone surrogates do not come out of `grapheme` units. */
const storable = fc.string({ unit: "grapheme", maxLength: 20 }).filter((text) => !text.includes("\0"));

describe("binary arrays", () => {
  let database: FreshDatabase;
  let client: pg.Client;

  before(async () => {
    database = await freshDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });

  after(async () => {
    await client.end();
    await database.drop();
  });

  async function readBack(type: string, value: Buffer): Promise<unknown> {
    const { rows } = await client.query<{ text: unknown }>(`select to_json($1::${type}[]) as text`, [value]);
    return rows[0]?.text;
  }

  it("hold whole numbers of every width, and null", async () => {
    const check = async (type: string, limit: number, encode: (values: (number | null)[]) => Buffer) =>
      fc.assert(
        fc.asyncProperty(numbersUpTo(limit), async (values) => {
          expect(await readBack(type, encode(values))).to.deep.equal(values);
        }),
        { numRuns: 50 },
      );
    await check("bigint", 2 ** 31, bigints);
    await check("int", 2 ** 31, ints);
    await check("smallint", 2 ** 15, smallints);
  });

  it("hold bigints up to 2^53", async () => {
    const values = [
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
      2 ** 32,
      2 ** 32 - 1,
      -(2 ** 32),
      -1,
      0,
    ];
    expect(await readBack("bigint", bigints(values))).to.deep.equal(values);
  });

  it("hold any text that Postgres can store, and null", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(storable), { maxLength: 20 }), async (values) => {
        expect(await readBack("text", texts(values))).to.deep.equal(values);
      }),
      { numRuns: 50 },
    );
  });

  it("hold JSON, and null", async () => {
    const values = [{ a: [1, "ü", null] }, "text", 7];
    const encoded = jsonbs([...values.map((value) => JSON.stringify(value)), null]);
    expect(await readBack("jsonb", encoded)).to.deep.equal([...values, null]);
  });

  it("hold bytes", async () => {
    const values = [Buffer.from([0, 255, 10]), Buffer.alloc(0), Buffer.from("text")];
    const asHex = values.map((value) => `\\x${value.toString("hex")}`);
    expect(await readBack("bytea", byteas(values))).to.deep.equal(asHex);
  });

  it("are empty arrays, not nulls, when they hold nothing", async () => {
    expect(await readBack("text", texts([]))).to.deep.equal([]);
    expect(await readBack("bigint", bigints([]))).to.deep.equal([]);
    expect(await readBack("bytea", byteas([]))).to.deep.equal([]);
  });
});
