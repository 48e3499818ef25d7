/**
 * A Postgres cluster of our own on a free loopback port, in a temporary directory. Postgres refuses to run as
 * root, so then it runs as `postgres` or `nobody`. fsync is on, as in production; MUSTER_TEST_FSYNC=off turns it
 * off for the quick lane. The log carries database and SQLSTATE on each line. Can be killed and started again.
 */
import { execFileSync } from "node:child_process";
import { chownSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { findPostgres, type PostgresPrograms } from "./binaries.js";
import { PrivateServer, type Launch } from "./private-server.js";

export interface PrivatePostgresOptions {
  /** Shared by the whole run: a suite that leaves it open does not fail. */
  readonly shared?: boolean;
  /** More settings, e.g. `{ max_connections: "50" }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Existing directories that hold the data, or the WAL, instead of the one beside the log. */
  readonly place?: { readonly data?: string; readonly wal?: string };
}

/**
 * SIGKILL: the crash of the whole server. SIGQUIT: immediate stop, recovery at the next start. SIGINT: fast stop.
 * SIGSTOP and SIGCONT reach the postmaster alone.
 */
export class PrivatePostgres extends PrivateServer<"SIGKILL" | "SIGQUIT" | "SIGINT"> {
  protected readonly stopsBy = "SIGQUIT";
  readonly #programs: PostgresPrograms;
  readonly #identity = unprivilegedIdentity();
  readonly #place: NonNullable<PrivatePostgresOptions["place"]>;

  private constructor(programs: PostgresPrograms, options: PrivatePostgresOptions) {
    super("postgres", options.shared ?? false);
    this.#programs = programs;
    this.#place = options.place ?? {};
  }

  /** @throws Error when Postgres is missing or does not start; with the end of its log */
  static async start(options: PrivatePostgresOptions = {}): Promise<PrivatePostgres> {
    const programs = findPostgres();
    if (programs === null) throw new Error("Postgres 15 or later is not installed");
    const postgres = new PrivatePostgres(programs, options);
    postgres.#initialise(options.settings ?? {});
    await postgres.startOnFreePort();
    return postgres;
  }

  /** A superuser's URL for one database. */
  url(database = "postgres"): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`;
  }

  protected launch(): Launch {
    return {
      program: this.#programs.postgres,
      args: ["-D", this.#dataDirectory, "-p", String(this.port)],
      account: this.#identity,
      answers: () => takesConnections(this.url()),
      withinMs: 60_000,
    };
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

async function takesConnections(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } finally {
    await client.end().catch(() => undefined);
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
