/**
 * A redis-server of our own on a free loopback port, with its data and log in a temporary directory. Can be
 * killed, stopped, continued and started again on the same port, for the tests of faults. Never touches a Redis
 * that it did not start.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRedis } from "./binaries.js";
import { eventually } from "./eventually.js";
import { freePort } from "./free-port.js";
import { track } from "./leftovers.js";
import { endWithUs, removeWithUs } from "./watchdog.js";

export interface PrivateRedisOptions {
  /** Keep data over a restart (append-only file, every write synced). Off: a restart comes back empty. */
  readonly durable?: boolean;
  /** More command line options, e.g. `["--maxmemory-policy", "allkeys-lru"]`. */
  readonly args?: readonly string[];
  /** Shared by the whole run: a suite that leaves it open does not fail. */
  readonly shared?: boolean;
}

const START_TRIES = 3;

export class PrivateRedis {
  readonly directory = mkdtempSync(join(tmpdir(), "muster-redis-"));
  readonly logFile = join(this.directory, "redis.log");
  readonly #program: string;
  readonly #options: PrivateRedisOptions;
  readonly #untrack: () => void;
  #port = 0;
  #child: ChildProcess | null = null;
  #gone: () => void = () => undefined;

  private constructor(program: string, options: PrivateRedisOptions) {
    this.#program = program;
    this.#options = options;
    removeWithUs(this.directory);
    this.#untrack = options.shared ? () => undefined : track("a private Redis server", () => this.stop());
  }

  /** @throws Error when redis-server is missing or does not start; with the end of its log */
  static async start(options: PrivateRedisOptions = {}): Promise<PrivateRedis> {
    const programs = findRedis();
    if (programs === null) throw new Error("redis-server 7 or later is not installed");
    const redis = new PrivateRedis(programs.server, options);
    for (let attempt = 1; ; attempt++) {
      try {
        redis.#port = await freePort();
        await redis.start();
        return redis;
      } catch (error) {
        if (attempt < START_TRIES) continue; // another process took the port first
        await redis.stop();
        throw error;
      }
    }
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}/0`;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("the private Redis is not running");
    return pid;
  }

  /** Starts it again on its port after a `kill`. Resolves when it answers. */
  async start(): Promise<void> {
    const keep = this.#options.durable
      ? ["--appendonly", "yes", "--appendfsync", "always"]
      : ["--appendonly", "no"];
    const args = ["--port", String(this.#port), "--bind", "127.0.0.1", "--dir", this.directory, "--save", ""];
    args.push("--logfile", this.logFile, "--daemonize", "no", "--maxmemory-policy", "noeviction", ...keep);
    const child = spawn(this.#program, [...args, ...(this.#options.args ?? [])], {
      stdio: "ignore",
      detached: true,
    });
    await once(child, "spawn");
    child.unref();
    this.#child = child;
    this.#gone = endWithUs(this.pid);
    await eventually(async () => {
      if (child.exitCode !== null)
        throw new Error(`redis-server ended with ${child.exitCode}:\n${this.log()}`);
      return answersPing(this.#port);
    }, 10_000);
  }

  /** Sends a signal. After SIGKILL and SIGTERM resolves when the process has ended. */
  async kill(how: "SIGKILL" | "SIGTERM" | "SIGSTOP" | "SIGCONT"): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const ends = how === "SIGKILL" || how === "SIGTERM";
    const ended = ends && child.exitCode === null && child.signalCode === null ? once(child, "exit") : null;
    child.kill(how);
    if (!ends) return;
    child.ref();
    await ended;
    this.#gone();
    this.#child = null;
  }

  /** Ends it and removes its directory. */
  async stop(): Promise<void> {
    await this.kill("SIGKILL");
    rmSync(this.directory, { recursive: true, force: true });
    this.#untrack();
  }

  log(): string {
    try {
      return readFileSync(this.logFile, "utf8").slice(-4_000);
    } catch {
      return "(no log)";
    }
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
