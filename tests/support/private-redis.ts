/**
 * A redis-server of our own on a free loopback port, with its data and log in a temporary directory. Can be
 * killed, stopped, continued and started again on the same port, for the tests of faults. Never touches a Redis
 * that it did not start.
 */
import { connect } from "node:net";
import { findRedis } from "./binaries.js";
import { PrivateServer, type Launch } from "./private-server.js";

export interface PrivateRedisOptions {
  /** Keep data over a restart (append-only file, every write synced). Off: a restart comes back empty. */
  readonly durable?: boolean;
  /** More command line options, e.g. `["--maxmemory-policy", "allkeys-lru"]`. */
  readonly args?: readonly string[];
  /** Shared by the whole run: a suite that leaves it open does not fail. */
  readonly shared?: boolean;
}

export class PrivateRedis extends PrivateServer<"SIGKILL" | "SIGTERM"> {
  protected readonly stopsBy = "SIGKILL";
  readonly #program: string;
  readonly #options: PrivateRedisOptions;

  private constructor(program: string, options: PrivateRedisOptions) {
    super("redis", options.shared ?? false);
    this.#program = program;
    this.#options = options;
  }

  /** @throws Error when redis-server is missing or does not start; with the end of its log */
  static async start(options: PrivateRedisOptions = {}): Promise<PrivateRedis> {
    const programs = findRedis();
    if (programs === null) throw new Error("redis-server 7 or later is not installed");
    const redis = new PrivateRedis(programs.server, options);
    await redis.startOnFreePort();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  protected launch(): Launch {
    const keep = this.#options.durable
      ? ["--appendonly", "yes", "--appendfsync", "always"]
      : ["--appendonly", "no"];
    const place = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.directory, "--save", ""];
    const rest = ["--daemonize", "no", "--maxmemory-policy", "noeviction", ...keep];
    return {
      program: this.#program,
      args: [...place, ...rest, ...(this.#options.args ?? [])],
      answers: () => answersPing(this.port),
      withinMs: 10_000,
    };
  }
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const finish = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(1_000, () => finish(false));
    socket.once("error", () => finish(false));
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", (data) => finish(data.toString().startsWith("+PONG")));
  });
}
