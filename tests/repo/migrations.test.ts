/**
 * Migrations expand: the servers of the release before go on beside them. What takes something away has `contract` in
 * its name, and is written when no supported release uses it any more.
 */
import { expect } from "chai";
import { read, repoFiles } from "./repo-files.js";

const FOLDER = "server/store/migrations/";
const files = repoFiles(FOLDER.slice(0, -1), /\.sql$/);

/** Each statement in one line, without comments. */
function statementsOf(text: string): string[] {
  const bare = text.replace(/--.*$/gm, "").replace(/\$\$[\s\S]*?\$\$/g, "$body$");
  return bare
    .split(/;\s*$/m)
    .map((statement) => statement.replace(/\s+/g, " ").trim().toLowerCase())
    .filter((statement) => statement !== "");
}

/** What is wrong with a statement of a migration that only expands, or null. */
function breachOf(statement: string, ownTables: ReadonlySet<string>): string | null {
  if (/^create (table|sequence|unique index|index|type|view|function) /.test(statement)) {
    const unique = /^create unique index \w+ on (\w+)/.exec(statement)?.[1];
    return unique === undefined || ownTables.has(unique)
      ? null
      : `a rule that old rows and servers do not know: ${statement}`;
  }
  if (/^(insert into|update) /.test(statement)) return null;
  if (statement.startsWith("comment on ")) return null;
  const altered = /^alter table (?:only )?(\w+) (.*)$/.exec(statement);
  if (altered === null) return `neither creates nor alters nor fills: ${statement}`;
  const [, table = "", actions = ""] = altered;
  if (ownTables.has(table)) return null;
  for (const action of actions.split(/,(?![^(]*\))/).map((part) => part.trim())) {
    const wrong = actionBreach(action);
    if (wrong !== null) return `${wrong}: ${statement}`;
  }
  return null;
}

function actionBreach(action: string): string | null {
  if (/^alter (column )?\w+ set default /.test(action) || action.startsWith("set (")) return null;
  if (/^alter (column )?\w+ drop not null$/.test(action)) return null;
  if (!/^add (column )?(?!constraint|primary|unique|foreign|check)\w+ /.test(action))
    return "not an addition";
  if (/\bnot null\b/.test(action) && !/\bdefault\b/.test(action)) return "not null without a default";
  if (/\b(unique|primary key|references|check)\b/.test(action)) return "a rule that old servers do not know";
  // Anything but a constant would rewrite the whole table under a lock that stops everything.
  const value = /\bdefault (.+?)( not null)?$/.exec(action)?.[1];
  if (value !== undefined && !/^('[^']*'(::\w+)?|-?\d+(\.\d+)?|true|false|null)$/.test(value))
    return "a default that is no constant";
  return null;
}

function breaches(name: string, text: string): string[] {
  if (/^\d{4}_contract_/.test(name)) return [];
  const statements = statementsOf(text);
  const own = new Set(statements.flatMap((statement) => /^create table (\w+)/.exec(statement)?.[1] ?? []));
  return statements
    .flatMap((statement) => breachOf(statement, own) ?? [])
    .map((wrong) => `${name}: ${wrong}`);
}

describe("migrations", () => {
  const names = files.map((path) => path.slice(FOLDER.length));

  it("are numbered from 0001 on, without a gap and without a number twice", () => {
    expect(names.length).to.be.greaterThan(0);
    expect(names.map((name) => name.slice(0, 5))).to.deep.equal(
      names.map((_, at) => `${String(at + 1).padStart(4, "0")}_`),
    );
    for (const name of names) expect(name).to.match(/^\d{4}_[a-z0-9_]+\.sql$/);
  });

  it("only expand, unless their name says that they contract", () => {
    expect(files.flatMap((path) => breaches(path.slice(FOLDER.length), read(path)))).to.deep.equal([]);
  });

  it("would be caught at everything that breaks a server of the release before", () => {
    const bad = [
      "drop table jobs;",
      "drop index jobs_due;",
      "alter table jobs drop column labels;",
      "alter table jobs rename column labels to tags;",
      "alter table jobs rename to tasks;",
      "alter table jobs alter column type type varchar(10);",
      "alter table jobs alter column labels set not null;",
      "alter table jobs add column a int not null;",
      "alter table jobs add column a int, add column b int not null;",
      "alter table jobs add column a timestamptz default clock_timestamp();",
      "alter table jobs add column a int unique;",
      "alter table jobs add column a bigint references graphs (id);",
      "alter table jobs add constraint small check (attempt < 5);",
      "create unique index one_name on graphs (name);",
      "truncate job_progress;",
      "delete from job_progress;",
    ];
    for (const statement of bad) expect(breaches("0009_bad.sql", statement), statement).to.have.length(1);
    const good = [
      "create table more (id bigint primary key);\ncreate unique index more_once on more (id);",
      "create index more_on on jobs (id) where run_at is not null;",
      "alter table jobs add column a int;",
      "alter table jobs add column a text not null default 'x', add column b boolean not null default false;",
      "alter table idempotency_keys alter column kind set default 0;",
      "update jobs set labels = null where labels = '{}';",
    ];
    for (const text of good) expect(breaches("0009_good.sql", text), text).to.deep.equal([]);
    expect(breaches("0009_contract_gone.sql", "drop table more;")).to.deep.equal([]);
  });

  it("say in their header which locks they take", () => {
    const silent = files.filter(
      (path) => !/\block|SHARE|EXCLUSIVE/i.test(/^(--.*\n)+/.exec(read(path))?.[0] ?? ""),
    );
    expect(silent).to.deep.equal([]);
  });
});
