/**
 * One process at a time in a data directory: PGlite itself would let a second one in and damage the data. The lock
 * is a file with the holder's pid and start; one left by a process that is gone is taken over, also when its pid
 * belongs to another one now (in a container every start has the same).
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Of /proc/<pid>/stat, counted behind the name. */
const START_FIELD = 19;

/** @returns the way to release it @throws Error naming the directory and the process that holds it */
export function lockDataDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "muster.lock");
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(path, `${process.pid} ${startOf(process.pid)}`, { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST") || tries > 3) throw error;
      const [pid = "", start = ""] = readHolder(path).split(" ");
      const holder = Number(pid);
      if (holder > 0 && isRunning(holder) && startOf(holder) === start) {
        throw new Error(
          `data directory ${directory}: expected to be free, got one in use by process ${holder}`,
        );
      }
      rmSync(path, { force: true });
    }
  }
}

function readHolder(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** When a process began, in ticks since the machine did; empty where that cannot be read. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses and may hold spaces.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[START_FIELD] ?? "";
  } catch {
    return "";
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
