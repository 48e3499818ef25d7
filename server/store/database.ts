/**
 * Opens Postgres: one small pool for the hot statements, whose connections are hardened against the planner and
 * carry the session-local functions; one, as hardened, for looking jobs up; and one Kysely over a general pool for
 * everything else. The only file that knows how connections are made; embedded mode passes a single connection for all.
 */
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { backendStates } from "./backend-states.js";
import { isConnectionLoss, NotConnected } from "./connection-loss.js";
import { Liveness } from "./liveness.js";
import { LookUps } from "./look-ups.js";
import { OpenSockets } from "./open-sockets.js";
import { type PreparedValue, runPrepared } from "./prepared.js";
import { type Schema } from "./schema.js";
import { SilenceWatch } from "./silence-watch.js";
import { Slots } from "./slots.js";
import { sqlFile } from "./sql-file.js";

const INT8 = 20;
const INT8_ARRAY = 1016;
const INT4_ARRAY = 1007;
const TIMESTAMPTZ = 1184;

/** Ids, counters and sizes stay below 2^53 (the sequences start at 1), so int8 is read as a number. */
const typeOverrides = new pg.TypeOverrides();
typeOverrides.setTypeParser(INT8, Number);
typeOverrides.setTypeParser(INT8_ARRAY, numbersOf);
typeOverrides.setTypeParser(INT4_ARRAY, numbersOf);
typeOverrides.setTypeParser(TIMESTAMPTZ, (text: string) => new Date(text));

function numbersOf(text: string): (number | null)[] {
  if (text === "{}") return [];
  return text
    .slice(1, -1)
    .split(",")
    .map((element) => (element === "NULL" ? null : Number(element)));
}

/**
 * The two planner traps that each cost up to 250x: statistics taken at the worst moment, and a generic plan made
 * on an empty table. Neither these settings nor the `state + 0` guards in the statements are enough alone; with both,
 * the generic plan is the right one on any table, and planning anew for each call would cost more than the call.
 */
const HOT_SETTINGS = [
  "set enable_seqscan = off",
  "set enable_hashjoin = off",
  "set enable_mergejoin = off",
  "set jit = off",
  "set plan_cache_mode = force_generic_plan",
].join("; ");
const SESSION_SETTINGS =
  "set idle_in_transaction_session_timeout = '10s'; set lock_timeout = '5s'; set statement_timeout = '30s'";

/**
 * Past these a connection counts as dead, whatever the kernel says. Leases hang on the small statements, which wait
 * for locks at most; a large submission may take as long as `statement_timeout` lets it.
 */
const QUERY_TIMEOUT_MS = 35_000;
const SMALL_QUERY_TIMEOUT_MS = 10_000;
const SMALL = { query_timeout: SMALL_QUERY_TIMEOUT_MS };
const LARGE: ReadonlySet<string> = new Set(["submit", "submit_again", "submit_keyed"]);

/** After this long without an answer Postgres is asked whether one will come. */
const SILENCE_MS = 5_000;
const LOOK_EVERY_MS = 1_000;
/** After this long without a hot statement Postgres is asked whether it is there. */
const QUIET_MS = 5_000;

/** Each hot connection brings its own. */
const SESSION_FUNCTIONS = [
  "finish_succeeded",
  "register_sessions",
  "limit_turns",
  "claim_limited",
  "expect_none",
];

/** What the driver throws then. */
const NO_ANSWER = "Query read timeout";

export interface DatabaseOptions {
  /** postgres:// URL, or the settings of a ready connection (embedded). */
  readonly connection: { readonly url: string } | { readonly config: pg.PoolConfig };
  /** Most connections of this replica, 5..1000; embedded always uses 1. */
  readonly poolMax: number;
  readonly onError: (error: Error) => void;
}

export class Database {
  readonly kysely: Kysely<Schema>;
  readonly #hot: pg.Pool;
  readonly #general: pg.Pool;
  readonly #reads: pg.Pool;
  /** Hot connections that are set up, with the process that serves each. */
  readonly #backendOf = new WeakMap<pg.PoolClient, number>();
  readonly #sockets = new OpenSockets();
  /** Waiting for a connection that others use is no failure to connect, however long it takes. */
  readonly #hotSlots: Slots;
  readonly #lookUps: LookUps;
  /** Null when embedded: there is no network in between. */
  readonly #silence: SilenceWatch | null;
  readonly #liveness: Liveness;

  constructor(options: DatabaseOptions) {
    const embedded = "config" in options.connection;
    const { hot, reads, general } = embedded ? EMBEDDED : shares(options.poolMax);
    this.#hotSlots = new Slots(hot, () => this.#suspectAll());
    const base: pg.PoolConfig =
      "config" in options.connection
        ? options.connection.config
        : {
            connectionString: options.connection.url,
            connectionTimeoutMillis: 5_000,
            query_timeout: QUERY_TIMEOUT_MS,
            stream: this.#sockets.create,
          };
    this.#hot = new pg.Pool({ ...base, types: typeOverrides, max: hot, idleTimeoutMillis: 0 });
    const others = { ...base, types: typeOverrides, idleTimeoutMillis: 30_000 };
    this.#general = embedded ? this.#hot : new pg.Pool({ ...others, max: general });
    this.#reads = embedded ? this.#hot : new pg.Pool({ ...others, max: reads });
    this.#lookUps = new LookUps({
      pool: this.#reads,
      count: reads,
      settings: `${HOT_SETTINGS}; ${SESSION_SETTINGS}`,
      timeoutMs: SMALL_QUERY_TIMEOUT_MS,
    });
    for (const pool of this.#pools()) {
      // An idle connection that Postgres ends must not end the process; the next query opens another.
      pool.on("error", options.onError);
      // Nor one that is cut while it is lent out: the query rejects, but the connection's own event comes as well.
      pool.on("connect", (client) => client.on("error", () => undefined));
    }
    this.#silence = embedded
      ? null
      : new SilenceWatch({
          look: (pids) => backendStates(base, pids),
          onDead: () => this.#dropAll(),
          afterMs: SILENCE_MS,
          everyMs: LOOK_EVERY_MS,
        });
    this.#liveness = new Liveness({
      ask: embedded ? null : () => this.#ask(),
      everyMs: LOOK_EVERY_MS,
      quietMs: QUIET_MS,
    });
    this.kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: this.#general }) });
  }

  /** Whether the last hot statement reached Postgres; one is made at least every 5 s, and every second while not. */
  isUp(): boolean {
    return this.#liveness.isUp();
  }

  /** Opens every hot connection: a load, or a disk that is full by then, must not find them half open. */
  async openHot(): Promise<void> {
    const all = Array.from({ length: this.#hot.options.max }, () => this.withHot(() => Promise.resolve()));
    await Promise.all(all);
  }

  /** Runs one hot statement, prepared by name on first use of a connection. */
  hot<R>(name: string, values: readonly PreparedValue[]): Promise<{ rows: R[] }> {
    const timeoutMs = LARGE.has(name) ? QUERY_TIMEOUT_MS : SMALL_QUERY_TIMEOUT_MS;
    return this.withHot((client) => runPrepared<R>(client, { name, text: sqlFile(name), values, timeoutMs }));
  }

  /** Lends a hot connection, with its settings and session-local functions in place. */
  async withHot<T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return this.#hotSlots.run(() => this.#withHot(use));
  }

  async #withHot<T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    let client: pg.PoolClient;
    try {
      client = await this.#hot.connect();
    } catch (error) {
      this.#liveness.lost();
      throw new NotConnected(error);
    }
    let failed: Error | undefined;
    // A connection cut while it is out of the pool reports here as well as through the query's rejection.
    const onError = (error: Error): void => {
      failed = error;
    };
    client.on("error", onError);
    try {
      const pid = this.#backendOf.get(client) ?? (await this.#setUp(client));
      const answered = this.#silence?.lent(pid);
      const result = await use(client).finally(answered);
      this.#liveness.answered();
      return result;
    } catch (error) {
      if (isConnectionLoss(error)) {
        failed = error as Error;
        this.#liveness.lost();
        if (failed.message === NO_ANSWER) this.#dropAll();
      }
      throw error;
    } finally {
      client.off("error", onError);
      client.release(failed);
    }
  }

  /** @returns the process that serves it, also through a pooler */
  async #setUp(client: pg.PoolClient): Promise<number> {
    await client.query(`${HOT_SETTINGS}; ${SESSION_SETTINGS}`);
    for (const name of SESSION_FUNCTIONS) await client.query(sqlFile(`functions/${name}`));
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    const pid = rows[0]?.pid as number;
    this.#backendOf.set(client, pid);
    return pid;
  }

  /** Every hot connection is lent out and somebody waits: when none has answered for long, none will. */
  #suspectAll(): void {
    if (this.#liveness.quietMs() >= SMALL_QUERY_TIMEOUT_MS) this.#dropAll();
  }

  async #ask(): Promise<void> {
    await this.withHot((client) => client.query({ text: "select 1", ...SMALL }));
  }

  #dropAll(): void {
    this.#liveness.lost();
    this.#sockets.dropAll();
  }

  /**
   * A transaction on a hot connection: BEGIN, `use`, COMMIT; ROLLBACK when it throws.
   * @param urgency `patient`: behind everything else that waits for a connection, see slots.ts
   */
  async transaction<T>(
    use: (client: pg.PoolClient) => Promise<T>,
    urgency: "prompt" | "patient" = "prompt",
  ): Promise<T> {
    const inTransaction = async (client: pg.PoolClient): Promise<T> => {
      await client.query("begin");
      try {
        const result = await use(client);
        await client.query("commit");
        return result;
      } catch (error) {
        if (!isConnectionLoss(error)) await client.query("rollback");
        throw error;
      }
    };
    if (urgency === "prompt") return this.withHot(inTransaction);
    return this.#hotSlots.runPatiently(() => this.#withHot(inTransaction));
  }

  /** The same on a connection of the general pool, for work that hot statements must not wait behind. */
  async generalTransaction<T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#general.connect();
    let failed: Error | undefined;
    try {
      await client.query("begin");
      const result = await use(client);
      await client.query("commit");
      return result;
    } catch (error) {
      if (isConnectionLoss(error)) failed = error as Error;
      else await client.query("rollback");
      throw error;
    } finally {
      client.release(failed);
    }
  }

  /** Looks something up by its keys, by the statement of a file: see look-ups.ts. */
  read<R>(name: string, values: readonly PreparedValue[]): Promise<{ rows: R[] }> {
    return this.#lookUps.read(name, values);
  }

  /** One statement of a file on the general pool. */
  async run<R extends pg.QueryResultRow>(name: string, values: unknown[]): Promise<pg.QueryResult<R>> {
    return this.#general.query<R>(sqlFile(name), values);
  }

  /**
   * One reading statement on the general pool. Postgres ends it after `timeoutMs` (57014) and refuses to write,
   * whatever the text says.
   */
  async readOnly<R extends pg.QueryResultRow>(
    text: string,
    values: unknown[],
    timeoutMs: number,
  ): Promise<pg.QueryResult<R>> {
    const client = await this.#general.connect();
    let failed: Error | undefined;
    try {
      await client.query("begin read only");
      await client.query(`set local statement_timeout = ${Math.max(1, Math.round(timeoutMs))}`);
      return await client.query<R>(text, values);
    } catch (error) {
      if (isConnectionLoss(error)) failed = error as Error;
      throw error;
    } finally {
      if (failed === undefined) {
        await client.query("rollback").catch((error: unknown) => {
          failed = error instanceof Error ? error : new Error(String(error));
        });
      }
      client.release(failed);
    }
  }

  async close(): Promise<void> {
    this.#silence?.stop();
    this.#liveness.stop();
    for (const pool of this.#pools()) await pool.end();
  }

  #pools(): Set<pg.Pool> {
    return new Set([this.#hot, this.#general, this.#reads]);
  }
}

const EMBEDDED = { hot: 1, reads: 1, general: 1 };

/** Connections of each pool. One look-up takes a fraction of a millisecond: one connection answers thousands a second. */
function shares(poolMax: number): { readonly hot: number; readonly reads: number; readonly general: number } {
  const hot = Math.min(5, Math.max(2, Math.floor(poolMax / 2)));
  const reads = poolMax < 12 ? 1 : 2;
  return { hot, reads, general: Math.max(2, poolMax - hot - reads) };
}
