/**
 * `muster serve` as a process of its own, started the way a deployment starts it. Knows how to kill it, start it
 * again on its port and read its metrics; never reaches inside.
 */
import { fileURLToPath } from "node:url";
import { Program } from "./program.js";

const MAIN = fileURLToPath(new URL("../../server/cli/main.js", import.meta.url)); // from dist/bench/support
const READY_MS = 60_000;

export interface ServerOptions {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly keyPrefix: string;
  readonly env: Readonly<Record<string, string>>;
  /** Writes a profile there when it is stopped. */
  readonly cpuProfileDirectory: string | undefined;
}

/** Options of node: a profile is written there when the process ends. */
export function profileArgs(directory: string | undefined): string[] {
  return directory === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${directory}`];
}

export class ServerProcess {
  readonly #options: ServerOptions;
  #program: Program | undefined;
  #address = "";
  #metricsUrl = "";

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  get address(): string {
    return this.#address;
  }

  get pid(): number {
    return this.#program?.pid ?? 0;
  }

  /** Resolves when it listens; the second time on the same port. */
  async start(): Promise<void> {
    const { databaseUrl, redisUrl, keyPrefix, env, cpuProfileDirectory } = this.#options;
    const port = this.#address === "" ? "0" : (this.#address.split(":").at(-1) ?? "0");
    this.#program = new Program({
      command: process.execPath,
      args: [...profileArgs(cpuProfileDirectory), MAIN, "serve", "--port", port],
      env: {
        DATABASE_URL: databaseUrl,
        REDIS_URL: redisUrl,
        MUSTER_REDIS_KEY_PREFIX: keyPrefix,
        MUSTER_METRICS_PORT: "0",
        MUSTER_LOG_LEVEL: "warn",
        ...env,
      },
    });
    const [, address = ""] = await this.#program.line(/^listening on (\S+)$/, READY_MS);
    const [, metricsUrl = ""] = await this.#program.line(/^metrics on (\S+)$/, READY_MS);
    this.#address = address;
    this.#metricsUrl = metricsUrl;
  }

  /** SIGTERM: drains and leaves. SIGKILL: the crash. */
  async stop(how: NodeJS.Signals = "SIGTERM"): Promise<void> {
    await this.#program?.stop(how);
  }

  /** Values by name with labels, as served: `muster_sessions{state="active"}`. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const response = await fetch(this.#metricsUrl);
    const values = new Map<string, number>();
    for (const line of (await response.text()).split("\n")) {
      const at = line.lastIndexOf(" ");
      if (at > 0 && !line.startsWith("#")) values.set(line.slice(0, at), Number(line.slice(at + 1)));
    }
    return values;
  }

  /** The end of its log, for messages. */
  get tail(): string {
    return this.#program?.tail ?? "";
  }
}
