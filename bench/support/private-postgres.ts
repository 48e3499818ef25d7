/**
 * A Postgres of the bench's own in a temporary directory: initdb defaults, fsync and synchronous_commit on, nothing
 * tuned, so that figures can be compared with those of others. Runs as an unprivileged account where we are root,
 * because Postgres refuses root. `settings` exists for experiments (a slower disk by commit_delay) and is written
 * into the result.
 */
import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { removeWithUs } from "./guard.js";
import { Program } from "./program.js";

const ROOTS = ["/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];
const START_MS = 60_000;

export interface PrivatePostgres {
  readonly pid: number;
  /** A superuser's URL for one database. */
  url(database: string): string;
  stop(): Promise<void>;
}

/** @throws Error when Postgres is not installed or does not start */
export async function startPrivatePostgres(
  settings: Readonly<Record<string, string>>,
): Promise<PrivatePostgres> {
  const folder = findFolder("initdb");
  const directory = mkdtempSync(join(tmpdir(), "muster-bench-pg-"));
  removeWithUs(directory);
  const identity = unprivilegedIdentity();
  if (identity.uid !== undefined && identity.gid !== undefined)
    chownSync(directory, identity.uid, identity.gid);
  const data = join(directory, "data");
  const options = { ...identity, cwd: directory };
  execFileSync(
    join(folder, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
    { ...options, stdio: "pipe" },
  );
  const port = await freePort();
  const all = { listen_addresses: "127.0.0.1", unix_socket_directories: directory, ...settings };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'\n`);
  writeFileSync(join(data, "postgresql.auto.conf"), lines.join(""));
  const server = new Program({
    command: join(folder, "postgres"),
    args: ["-D", data, "-p", String(port)],
    spawn: { ...options, detached: true },
  });
  await server.line(/ready to accept connections/, START_MS);
  return {
    pid: server.pid,
    url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    async stop() {
      await server.stop("SIGINT"); // fast shutdown: open connections are cut
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A TCP port on loopback that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port: 0, host: "127.0.0.1" }, () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** The folder of a Postgres program: on the PATH with its siblings, or where distributions put them, newest first. */
function findFolder(program: string): string {
  const folders: string[] = [];
  for (const root of ROOTS) {
    if (!existsSync(root)) continue;
    const versions = readdirSync(root).filter((name) => /^(postgresql@)?\d+$/.test(name));
    versions.sort((a, b) => Number(b.replace(/\D/g, "")) - Number(a.replace(/\D/g, "")));
    folders.push(...versions.map((name) => join(root, name, "bin")));
  }
  folders.push(...(process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""));
  const found = folders.find((folder) =>
    ["postgres", program].every((name) => existsSync(join(folder, name))),
  );
  if (found === undefined)
    throw new Error("Postgres 15 or later is not installed; give one by --database-url");
  return found;
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
  throw new Error("Postgres does not run as root, and there is neither an account postgres nor nobody");
}
