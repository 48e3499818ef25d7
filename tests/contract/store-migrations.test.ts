/** The migrations make what `server/store/schema.ts` says, by themselves, once, and also when replicas start together. */
import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { sql } from "kysely";
import { Database } from "../../server/store/database.js";
import { migrate } from "../../server/store/migrate.js";
import { freshDatabase, type FreshDatabase } from "../support/databases.js";

/** Compiled tests run from dist/tests/contract; the types are only in the source. */
const SCHEMA = new URL("../../../server/store/schema.ts", import.meta.url);

const MIGRATIONS = readdirSync(new URL("../../server/store/migrations/", import.meta.url))
  .map((file) => file.replace(/\.sql$/, ""))
  .toSorted();

/** What the driver makes of a column, in the words of schema.ts. */
const TYPE_OF: Readonly<Record<string, string>> = {
  int8: "number",
  int4: "number",
  int2: "number",
  float4: "number",
  float8: "number",
  text: "string",
  bool: "boolean",
  timestamptz: "Date",
  bytea: "Buffer",
  _int8: "number[]",
};

describe("the migrations", () => {
  let fresh: FreshDatabase;
  let databases: Database[];

  beforeEach(async () => {
    fresh = await freshDatabase();
    databases = [1, 2, 3].map(
      () => new Database({ connection: { url: fresh.url }, poolMax: 5, onError: () => undefined }),
    );
  });

  afterEach(async () => {
    await Promise.all(databases.map((database) => database.close()));
    await fresh.drop();
  });

  it("make the tables that the code knows", async () => {
    const [database] = databases as [Database];
    await migrate(database.kysely);
    const { rows } = await sql<{
      table: string;
      column: string;
      type: string;
      nullable: boolean;
      filled: boolean;
    }>`
      select table_name as table, column_name as column, udt_name as type, is_nullable = 'YES' as nullable,
             column_default is not null or is_identity = 'YES' as filled
        from information_schema.columns
       where table_schema = 'public' and table_name not like 'muster_migrations%'`.execute(database.kysely);
    const actual = rows
      .map(({ table, column, type, nullable, filled }) => {
        const what = TYPE_OF[type] ?? "json";
        return `${table}.${column}: ${what}${nullable ? " | null" : ""}${filled ? " (filled)" : ""}`;
      })
      .toSorted();
    const { described, generated } = describedColumns();
    expect(described.size).to.be.above(80);
    // A column with a default that every statement names is described without one.
    const seen = actual.map((line) => (generated.has(nameOf(line)) ? line : line.replace(" (filled)", "")));
    expect(seen).to.deep.equal([...described.values()].toSorted());
  });

  it("run once, whoever starts first", async () => {
    const applied = await Promise.all(databases.map((database) => migrate(database.kysely)));
    expect(applied.flat()).to.deep.equal(MIGRATIONS);
    expect(await migrate((databases as [Database])[0].kysely)).to.deep.equal([]);
  });
});

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(":"));
}

/** The columns of schema.ts, as `table.column: type`. */
function describedColumns(): { described: Map<string, string>; generated: Set<string> } {
  const source = readFileSync(SCHEMA, "utf8");
  const bodyOf = (name: string): string =>
    new RegExp(`interface ${name} \\{\\n([^]*?)\\n\\}`).exec(source)?.[1] ?? "";
  const described = new Map<string, string>();
  const generated = new Set<string>();
  for (const [, table = "", type = ""] of bodyOf("Schema").matchAll(/^ {2}(\w+): (\w+);$/gm)) {
    add(table, bodyOf(type));
  }
  for (const [, table = "", inline = ""] of source.matchAll(/^ {2}(\w+): \{ (.*) \};$/gm)) {
    add(table, inline.replaceAll("; ", ";\n"));
  }
  return { described, generated };

  function add(table: string, body: string): void {
    for (const [, column = "", written = ""] of body.matchAll(/^\s*(\w+): ([^;\n]+);?$/gm)) {
      const isGenerated = written.startsWith("Generated<");
      const type = isGenerated ? written.slice("Generated<".length, -1) : written;
      const isNullable = type.endsWith(" | null");
      const bare = isNullable ? type.slice(0, -" | null".length) : type;
      const what = /^(number|string|boolean|Date|Buffer|number\[\])$/.test(bare) ? bare : "json";
      const name = `${table}.${column}`;
      if (isGenerated) generated.add(name);
      described.set(name, `${name}: ${what}${isNullable ? " | null" : ""}${isGenerated ? " (filled)" : ""}`);
    }
  }
}
