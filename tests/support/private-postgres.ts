/**
 * A Postgres cluster of our own on a free loopback port, in a temporary directory. Postgres refuses to run as
 * root, so then it runs as `postgres` or `nobody`. fsync is on, as in production; MUSTER_TEST_FSYNC=off turns it
 * off for the quick lane. The log carries database and SQLSTATE on each line. Can be killed and started again.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { findPostgres, type PostgresPrograms } from "./binaries.js";
import { eventually } from "./eventually.js";
import { freePort } from "./free-port.js";
import { track } from "./leftovers.js";
import { endWithUs, removeWithUs } from "./watchdog.js";

export interface PrivatePostgresOptions {
  /** Shared by the whole run: a suite that leaves it open does not fail. */
  readonly shared?: boolean;
  /** More settings, e.g. `{ max_connections: "50" }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Existing directories that hold the data, or the WAL, instead of the one beside the log. */
  readonly place?: { readonly data?: string; readonly wal?: string };
}

const START_TRIES = 3;

export class PrivatePostgres {
  readonly directory = mkdtempSync(join(tmpdir(), "muster-pg-"));
  readonly logFile = join(this.directory, "postgres.log");
  readonly #programs: PostgresPrograms;
  readonly #identity = unprivilegedIdentity();
  readonly #place: NonNullable<PrivatePostgresOptions["place"]>;
  readonly #untrack: () => void;
  #port = 0;
  #child: ChildProcess | null = null;
  #gone: () => void = () => undefined;

  private constructor(programs: PostgresPrograms, options: PrivatePostgresOptions) {
    this.#programs = programs;
    this.#place = options.place ?? {};
    removeWithUs(this.directory);
    this.#untrack = options.shared ? () => undefined : track("a private Postgres server", () => this.stop());
  }

  /** @throws Error when Postgres is missing or does not start; with the end of its log */
  static async start(options: PrivatePostgresOptions = {}): Promise<PrivatePostgres> {
    const programs = findPostgres();
    if (programs === null) throw new Error("Postgres 15 or later is not installed");
    const postgres = new PrivatePostgres(programs, options);
    postgres.#initialise(options.settings ?? {});
    for (let attempt = 1; ; attempt++) {
      try {
        postgres.#port = await freePort();
        await postgres.start();
        return postgres;
      } catch (error) {
        if (attempt < START_TRIES) continue; // another process took the port first
        await postgres.stop();
        throw error;
      }
    }
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("the private Postgres is not running");
    return pid;
  }

  /** A superuser's URL for one database. */
  url(database = "postgres"): string {
    return `postgres://postgres@127.0.0.1:${this.#port}/${database}`;
  }

  /** Starts it again on its port after a `kill`. Resolves when it takes connections. */
  async start(): Promise<void> {
    const log = openSync(this.logFile, "a");
    const args = ["-D", this.#dataDirectory, "-p", String(this.#port)];
    const child = spawn(this.#programs.postgres, args, {
      ...this.#identity,
      cwd: this.directory,
      detached: true,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    await once(child, "spawn");
    child.unref();
    this.#child = child;
    this.#gone = endWithUs(this.pid);
    await eventually(async () => {
      if (child.exitCode !== null) return true;
      const client = new pg.Client({ connectionString: this.url(), connectionTimeoutMillis: 2_000 });
      client.on("error", () => undefined);
      try {
        await client.connect();
        return true;
      } finally {
        await client.end().catch(() => undefined);
      }
    }, 60_000);
    if (child.exitCode !== null)
      throw new Error(`postgres ended with ${child.exitCode}:\n${this.log().slice(-4_000)}`);
  }

  /**
   * SIGKILL: the crash of the whole server. SIGQUIT: immediate stop, recovery at the next start. SIGINT: fast
   * stop. SIGSTOP and SIGCONT reach the postmaster alone. Resolves when the process has ended, if it is to end.
   */
  async kill(how: "SIGKILL" | "SIGQUIT" | "SIGINT" | "SIGSTOP" | "SIGCONT"): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const ends = how !== "SIGSTOP" && how !== "SIGCONT";
    const ended = ends && child.exitCode === null && child.signalCode === null ? once(child, "exit") : null;
    child.kill(how);
    if (!ends) return;
    child.ref();
    await ended;
    this.#gone();
    this.#child = null;
  }

  /** Resolves when it has ended by itself; `start` then starts it again. */
  async died(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    if (child.exitCode === null && child.signalCode === null) {
      child.ref();
      await once(child, "exit");
    }
    this.#gone();
    this.#child = null;
  }

  /** Ends it and removes its directory. */
  async stop(): Promise<void> {
    await this.kill("SIGQUIT");
    rmSync(this.directory, { recursive: true, force: true });
    this.#untrack();
  }

  log(): string {
    try {
      return readFileSync(this.logFile, "utf8");
    } catch {
      return "(no log)";
    }
  }

  get #dataDirectory(): string {
    return join(this.#place.data ?? this.directory, "data");
  }

  #initialise(settings: Readonly<Record<string, string>>): void {
    const { uid, gid } = this.#identity;
    const { data, wal } = this.#place;
    for (const directory of [this.directory, data, wal]) {
      if (uid !== undefined && gid !== undefined && directory !== undefined) chownSync(directory, uid, gid);
    }
    const args = [
      "-D",
      this.#dataDirectory,
      "-U",
      "postgres",
      "-A",
      "trust",
      "-E",
      "UTF8",
      "--locale=C.UTF-8",
      "--no-sync",
      ...(wal === undefined ? [] : ["-X", join(wal, "wal"), "--wal-segsize=1"]),
    ];
    execFileSync(this.#programs.initdb, args, { ...this.#identity, cwd: this.directory, stdio: "pipe" });
    const all = { ...settingsFor(this.directory), ...settings };
    const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'\n`);
    writeFileSync(join(this.#dataDirectory, "postgresql.auto.conf"), lines.join(""));
  }
}

function settingsFor(socketDirectory: string): Record<string, string> {
  return {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: socketDirectory,
    max_connections: "200",
    shared_buffers: "128MB",
    timezone: "UTC",
    fsync: process.env["MUSTER_TEST_FSYNC"] === "off" ? "off" : "on",
    log_line_prefix: "%m [%p] %d %e ",
    log_min_messages: "warning",
    log_min_error_statement: "error",
    lc_messages: "C",
  };
}

/** Empty unless we are root: then the ids of an account that Postgres agrees to run under. */
function unprivilegedIdentity(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  for (const account of ["postgres", "nobody"]) {
    try {
      const idOf = (flag: string): number =>
        Number(execFileSync("id", [flag, account], { encoding: "utf8", stdio: "pipe" }));
      return { uid: idOf("-u"), gid: idOf("-g") };
    } catch {
      continue; // no such account on this machine
    }
  }
  throw new Error(
    "Postgres does not run as root, and this machine has neither the account postgres nor nobody",
  );
}
