/**
 * What the tests of faults attack: a Postgres and a Redis of their own, proxies before both, and replicas as
 * operators run them. Everything may be killed, stopped, cut off and started again here, which the shared servers of
 * a run may not. `verdict` in fault-verdict.ts says afterwards whether the promises held.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startCli } from "./cli.js";
import { freePort } from "./free-port.js";
import { PrivatePostgres, type PrivatePostgresOptions } from "./private-postgres.js";
import { PrivateRedis } from "./private-redis.js";
import { FaultProxy } from "./proxy.js";
import type { SpawnedNode } from "./spawn-node.js";
import { removeWithUs } from "./watchdog.js";

export type Settings = Readonly<Record<`MUSTER_${string}`, string>>;

/** For tests that see a lease run out, and its job go to somebody else. */
export const SHORT_LEASE: Settings = {
  MUSTER_HEARTBEAT_INTERVAL_MS: "500",
  MUSTER_LEASE_TTL_MS: "3000",
  MUSTER_RESCUE_INTERVAL_MS: "200",
};

const PORT_TRIES_MAX = 3;

export interface Replica {
  readonly id: string;
  readonly port: number;
  readonly address: string;
  readonly process: SpawnedNode;
  /** The sum over all labels that contain `labels`. */
  metric(name: string, labels?: string): Promise<number>;
}

export interface ReplicaOptions {
  readonly settings?: Settings;
  /** Default: any free one. */
  readonly port?: number;
  /** Through the proxy instead of directly; default: both directly. */
  readonly through?: { readonly postgres?: FaultProxy; readonly redis?: FaultProxy };
  /** Another Redis than the world's. */
  readonly redisUrl?: string;
  /** Over the rest, e.g. what preloads a library into the process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Do not wait until it serves: something that it needs is away. */
  readonly early?: boolean;
}

export class FaultWorld {
  readonly postgres: PrivatePostgres;
  readonly redis: PrivateRedis;
  /** For logs of workers that are processes. */
  readonly directory = mkdtempSync(join(tmpdir(), "muster-faults-"));
  readonly #settings: Settings;
  readonly #replicas = new Set<Replica>();
  readonly #proxies: FaultProxy[] = [];
  #database = "postgres";
  #databases = 0;
  #started = 0;

  private constructor(postgres: PrivatePostgres, redis: PrivateRedis, settings: Settings) {
    this.postgres = postgres;
    this.redis = redis;
    this.#settings = settings;
    removeWithUs(this.directory);
  }

  /** @param settings of every replica, over the defaults */
  static async open(settings: Settings = {}, options: PrivatePostgresOptions = {}): Promise<FaultWorld> {
    const [postgres, redis] = await Promise.all([PrivatePostgres.start(options), PrivateRedis.start()]);
    const world = new FaultWorld(postgres, redis, settings);
    await world.renew();
    return world;
  }

  /** A new, empty database and key prefix for replicas that are started from now on; those that run are ended. */
  async renew(): Promise<void> {
    await Promise.all([...this.#replicas].map((replica) => this.end(replica, "SIGKILL")));
    await Promise.all(this.#proxies.splice(0).map((proxy) => proxy.close()));
    const name = `faults_${++this.#databases}`;
    await this.sql(`create database ${name}`, [], "postgres");
    this.#database = name;
  }

  get databaseUrl(): string {
    return this.postgres.url(this.#database);
  }

  /** Of every Redis key. */
  get prefix(): string {
    return this.#database;
  }

  get replicas(): readonly Replica[] {
    return [...this.#replicas];
  }

  async proxyTo(port: number): Promise<FaultProxy> {
    const proxy = await FaultProxy.open(port);
    this.#proxies.push(proxy);
    return proxy;
  }

  async startReplica(options: ReplicaOptions = {}): Promise<Replica> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#startReplica(options);
      } catch (error) {
        // Somebody else may have taken the port since it was found to be free.
        const isTaken = error instanceof Error && error.message.includes("EADDRINUSE");
        if (!isTaken || options.port !== undefined || tries === PORT_TRIES_MAX) throw error;
      }
    }
  }

  async #startReplica(options: ReplicaOptions): Promise<Replica> {
    const id = `replica-${++this.#started}`;
    const port = options.port ?? (await freePort());
    const { postgres, redis } = options.through ?? {};
    const env = {
      DATABASE_URL: `postgres://postgres@127.0.0.1:${postgres?.port ?? this.postgres.port}/${this.#database}`,
      REDIS_URL: options.redisUrl ?? `redis://127.0.0.1:${redis?.port ?? this.redis.port}/0`,
      MUSTER_REDIS_KEY_PREFIX: this.#database,
      MUSTER_SERVER_ID: id,
      MUSTER_LOG_LEVEL: "info",
      // Otherwise it would depend on the URL, which differs by proxy.
      MUSTER_RESUME_SECRET: "the same on every replica",
      ...this.#settings,
      ...options.settings,
      ...options.env,
    };
    const args = ["serve", "--port", String(port), "--metrics-port", "0"];
    const process = await startCli(args, options.early === true ? null : /^listening on (\S+)$/, { env });
    const replica: Replica = {
      id,
      port,
      address: `127.0.0.1:${port}`,
      process,
      async metric(name, labels = "") {
        const url = process.stdout.map((line) => /^metrics on (\S+)$/.exec(line)?.[1]).find(Boolean);
        const text = await (await fetch(url ?? "", { signal: AbortSignal.timeout(10_000) })).text();
        return sumOf(text, name, labels);
      },
    };
    this.#replicas.add(replica);
    return replica;
  }

  /** Ends it at once, or politely; it is not one of `replicas` any more. */
  async end(replica: Replica, how: "SIGKILL" | "SIGTERM"): Promise<void> {
    this.#replicas.delete(replica);
    await replica.process.kill(how);
  }

  /** One statement, directly, on a connection of its own. */
  async sql<R extends pg.QueryResultRow>(
    text: string,
    values: unknown[] = [],
    database = this.#database,
  ): Promise<R[]> {
    const client = new pg.Client({
      connectionString: this.postgres.url(database),
      application_name: "faults",
    });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query<R>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async count(text: string, values: unknown[] = []): Promise<number> {
    const [row] = await this.sql<{ count: string }>(`select count(*) as count ${text}`, values);
    return Number(row?.count);
  }

  /** How often the servers' statements failed with this SQLSTATE. */
  sqlstates(state: string): number {
    const lines = this.postgres.log().matchAll(/\[\d+\] (\S+) ([0-9A-Z]{5}) (?:ERROR|FATAL|PANIC):/g);
    return [...lines].filter(([, database, code]) => database === this.#database && code === state).length;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#replicas].map((replica) => this.end(replica, "SIGKILL")));
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
    await Promise.all([this.postgres.stop(), this.redis.stop()]);
  }
}

function sumOf(exposition: string, name: string, labels: string): number {
  const lines = exposition
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  if (lines.length === 0) throw new Error(`the server has no metric ${name}`);
  const wanted = lines.filter((line) => line.includes(labels));
  return wanted.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
