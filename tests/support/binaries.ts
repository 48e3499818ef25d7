/**
 * Finds the Postgres and Redis programs of this machine: on the PATH, then where distributions put them. Reads
 * nothing but `--version`. Run as a program it prints what is missing, for the test command, and exits 1, or 2 when
 * it is libfaketime alone, without which only the tests of clocks fail.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

export const POSTGRES_MAJOR_MIN = 15;
export const REDIS_MAJOR_MIN = 7;

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  readonly major: number;
}

export interface RedisPrograms {
  readonly server: string;
  readonly major: number;
}

const POSTGRES_ROOTS = [
  "/usr/lib/postgresql",
  "/usr/local/lib/postgresql",
  "/opt/homebrew/opt",
  "/usr/local/opt",
];

/** Directories that may hold `initdb`, newest major first after the PATH. */
function postgresFolders(): string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const root of POSTGRES_ROOTS) {
    if (!existsSync(root)) continue;
    const versions = readdirSync(root).filter((name) => /^(postgresql@)?\d+$/.test(name));
    versions.sort((a, b) => Number(b.replace(/\D/g, "")) - Number(a.replace(/\D/g, "")));
    folders.push(...versions.map((name) => join(root, name, "bin")));
  }
  return folders.filter((folder) => folder !== "");
}

function majorOf(program: string, pattern: RegExp): number {
  try {
    const text = execFileSync(program, ["--version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return Number(pattern.exec(text)?.[1] ?? 0);
  } catch {
    return 0; // there, but not runnable here
  }
}

export function findPostgres(): PostgresPrograms | null {
  for (const folder of postgresFolders()) {
    const initdb = join(folder, "initdb");
    const postgres = join(folder, "postgres");
    if (!existsSync(initdb) || !existsSync(postgres)) continue;
    const major = majorOf(postgres, /\(PostgreSQL\) (\d+)/);
    if (major >= POSTGRES_MAJOR_MIN) return { initdb, postgres, major };
  }
  return null;
}

export function findRedis(): RedisPrograms | null {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/local/bin", "/opt/homebrew/bin"];
  for (const folder of folders) {
    const server = join(folder, "redis-server");
    if (folder === "" || !existsSync(server)) continue;
    const major = majorOf(server, / v=(\d+)/);
    if (major >= REDIS_MAJOR_MIN) return { server, major };
  }
  return null;
}

/** The library that shifts the clock of one process; null when it is not installed. */
export function findFaketime(): string | null {
  for (const root of ["/usr/lib", "/usr/local/lib", "/usr/lib64"]) {
    if (!existsSync(root)) continue;
    for (const folder of ["", ...readdirSync(root).filter((name) => name.endsWith("-linux-gnu"))]) {
      const library = join(root, folder, "faketime", "libfaketime.so.1");
      if (existsSync(library)) return library;
    }
  }
  return null;
}

/** What is neither given by a URL nor installed; empty when the tests can run. */
export function missingServices(): string[] {
  const missing: string[] = [];
  if (!process.env["MUSTER_TEST_DATABASE_URL"] && findPostgres() === null) {
    missing.push(`Postgres ${POSTGRES_MAJOR_MIN} or later (initdb, postgres)`);
  }
  if (!process.env["MUSTER_TEST_REDIS_URL"] && findRedis() === null) {
    missing.push(`Redis ${REDIS_MAJOR_MIN} or later (redis-server)`);
  }
  return missing;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const missing = missingServices();
  for (const what of missing) console.log(`missing: ${what}`);
  const hasFaketime = findFaketime() !== null;
  if (!hasFaketime) console.log("missing: libfaketime");
  process.exitCode = missing.length > 0 ? 1 : hasFaketime ? 0 : 2;
}
