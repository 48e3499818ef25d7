/**
 * One process at a time in a data directory: PGlite itself would let a second one in and damage the data. The lock
 * is a file with the holder's pid; one left by a process that is gone is taken over.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** @returns the way to release it @throws Error naming the directory and the process that holds it */
export function lockDataDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "muster.lock");
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST") || tries > 3) throw error;
      const holder = Number(readHolder(path));
      if (holder > 0 && isRunning(holder)) {
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

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
