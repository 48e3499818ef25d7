/**
 * Servers as operators run them: `muster serve` processes on one fresh database and key prefix, one or several
 * replicas, with a client for each. Ends by process id; `close` checks that nothing is left and drops the database.
 */
import { Client } from "../../worker-sdk/typescript/index.js";
import { startCli } from "./cli.js";
import { freshDatabase, type FreshDatabase } from "./databases.js";
import { freePort } from "./free-port.js";
import { freshKeyPrefix } from "./key-prefix.js";
import { testRedis } from "./services.js";
import type { SpawnedNode } from "./spawn-node.js";

export interface ServerProcess {
  readonly address: string;
  readonly client: Client;
  readonly process: SpawnedNode;
  /** The sum over all labels that contain `labels`, e.g. `metric("muster_registrations_total", 'outcome="new"')`. */
  metric(name: string, labels?: string): Promise<number>;
  /** Drains and ends it; or ends it at once. */
  end(how?: "SIGTERM" | "SIGKILL"): Promise<void>;
}

export interface Installation {
  readonly database: FreshDatabase;
  /** What every server of it is started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts a replica. @param port default: any free one */
  startServer(port?: number): Promise<ServerProcess>;
  /** Ends what still runs and drops the database. */
  close(): Promise<void>;
}

export type Settings = Readonly<Record<`MUSTER_${string}`, string>>;

/** @param settings over the defaults, by the names of docs/configuration.md */
export async function openInstallation(settings: Settings = {}): Promise<Installation> {
  const [database, redis] = await Promise.all([freshDatabase(), testRedis()]);
  const env = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    MUSTER_REDIS_KEY_PREFIX: freshKeyPrefix(),
    MUSTER_LOG_LEVEL: "warn",
    ...settings,
  };
  const servers = new Set<ServerProcess>();
  return {
    database,
    env,
    async startServer(port) {
      const server = await startServer(env, port ?? (await freePort()));
      servers.add(server);
      return server;
    },
    async close() {
      await Promise.all([...servers].map((server) => server.end()));
      await database.drop();
    },
  };
}

async function startServer(env: Readonly<Record<string, string>>, port: number): Promise<ServerProcess> {
  const args = ["serve", "--port", String(port), "--metrics-port", "0"];
  const process = await startCli(args, /^listening on (\S+)$/, { env });
  const [, metricsUrl = ""] = await process.line(/^metrics on (\S+)$/);
  const address = process.ready?.[1] ?? "";
  const client = new Client({ address });
  let ended: Promise<void> | null = null;
  return {
    address,
    client,
    process,
    async metric(name, labels = "") {
      const response = await fetch(metricsUrl);
      return sumOf(await response.text(), name, labels);
    },
    end(how = "SIGTERM") {
      client.close();
      return (ended ??= process.kill(how));
    },
  };
}

/** Lines of the exposition format: `name{label="value"} 1`, also of a histogram's sum and count. With labels there is none before it first counts. */
function sumOf(exposition: string, name: string, labels: string): number {
  const described =
    exposition.includes(`# TYPE ${name} `) ||
    exposition.includes(`# TYPE ${name.replace(/_(sum|count)$/, "")} histogram`);
  if (!described) throw new Error(`the server has no metric ${name}`);
  const lines = exposition.split("\n").filter((line) => /^[a-z_]+/.exec(line)?.[0] === name);
  const wanted = lines.filter((line) => line.includes(labels));
  return wanted.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
