/**
 * A `muster serve` process on a fresh database and key prefix, with what tests of the command line ask of it: run a
 * command against it, start a stock worker, wait for one.
 */
import { type CliEnding, cli, startCli } from "./cli.js";
import { freshDatabase } from "./databases.js";
import { eventually } from "./eventually.js";
import { freshKeyPrefix } from "./key-prefix.js";
import { testRedis } from "./services.js";
import type { SpawnedNode } from "./spawn-node.js";

export interface CliServer {
  readonly address: string;
  /** What it was started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a client command to its end. */
  run(...args: readonly string[]): Promise<CliEnding>;
  /** The same, which has to end well; gives what `--json` printed. */
  json(...args: readonly string[]): Promise<unknown>;
  /** A stock worker that is online. */
  startWorker(id: string, ...args: readonly string[]): Promise<SpawnedNode>;
  stop(): Promise<void>;
}

export async function startCliServer(): Promise<CliServer> {
  const [database, redis] = await Promise.all([freshDatabase(), testRedis()]);
  const env = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    MUSTER_REDIS_KEY_PREFIX: freshKeyPrefix(),
    MUSTER_METRICS_PORT: "0",
  };
  const server = await startCli(["serve", "--port", "0"], /^listening on (\S+)$/, { env });
  const address = server.ready?.[1] ?? "";
  const workers: SpawnedNode[] = [];
  const run = (...args: readonly string[]) => cli([...args, "--address", address]);

  async function json(...args: readonly string[]): Promise<unknown> {
    const { code, stdout, stderr } = await run(...args, "--json");
    if (code !== 0) throw new Error(`muster ${args.join(" ")}: exit code ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }

  return {
    address,
    env,
    run,
    json,
    async startWorker(id, ...args) {
      const worker = await startCli(["worker", "--id", id, "--address", address, ...args], null);
      workers.push(worker);
      await eventually(() => worker.stderr.some((line) => line.startsWith(`${id}: connected`)), 15_000);
      return worker;
    },
    async stop() {
      for (const worker of workers) await worker.kill("SIGTERM");
      await server.kill("SIGTERM");
      await database.drop();
    },
  };
}
