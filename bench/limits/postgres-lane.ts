/**
 * One connection to Postgres with the statements of `sql/`, set against the planner's traps as a coordinator's hot
 * connections are. Knows the statements, not what is measured with them.
 */
import { readFileSync } from "node:fs";
import pg from "pg";

const FOLDER = new URL("../../../bench/limits/sql/", import.meta.url); // from dist/bench/limits
const SETTINGS =
  "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off";

export class PostgresLane {
  readonly #client: pg.Client;
  readonly #payload: Buffer;

  private constructor(client: pg.Client, payloadBytes: number) {
    this.#client = client;
    this.#payload = Buffer.alloc(payloadBytes, 120);
  }

  static async open(url: string, payloadBytes: number): Promise<PostgresLane> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(SETTINGS);
    return new PostgresLane(client, payloadBytes);
  }

  static async createTables(url: string): Promise<void> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(statement("schema"));
    await client.end();
  }

  async insert(ids: readonly number[]): Promise<void> {
    const length = this.#payload.length;
    await this.#run("insert", [
      ids,
      ids.map((_, at) => 1 + at * length),
      ids.map(() => length),
      Buffer.concat(ids.map(() => this.#payload)),
    ]);
  }

  /** @throws Error when not every job could be claimed */
  async claim(ids: readonly number[]): Promise<void> {
    expectAll("claim", ids, await this.#run("claim", [ids]));
  }

  /** @throws Error when not every job could be completed */
  async complete(ids: readonly number[]): Promise<void> {
    expectAll("complete", ids, await this.#run("complete", [ids, ids.map(() => 1)]));
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  async #run(name: string, values: unknown[]): Promise<number> {
    const { rowCount } = await this.#client.query({ name, text: statement(name), values });
    return rowCount ?? 0;
  }
}

const texts = new Map<string, string>();

function statement(name: string): string {
  const text = texts.get(name) ?? readFileSync(new URL(`${name}.sql`, FOLDER), "utf8");
  texts.set(name, text);
  return text;
}

function expectAll(what: string, ids: readonly number[], rows: number): void {
  if (rows !== ids.length) throw new Error(`${what}: expected ${ids.length} jobs, got ${rows}`);
}
