/**
 * A small filesystem that can be made full and free again, for databases whose disk runs out. A tmpfs of its own where
 * the machine lets us mount one (root, and most CI machines); else a directory on a small tmpfs that is there already,
 * as the 64 MiB of /dev/shm in a container are. Full is what the kernel says: the filler writes until ENOSPC.
 */
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { track } from "./leftovers.js";
import { endDiskWithUs, removeWithUs } from "./watchdog.js";

const MIB = 1_048_576;
const SHARED = ["/dev/shm", "/run/lock", `/run/user/${process.getuid?.() ?? 0}`];
/** A filesystem that others use is not filled when it is larger: it would take their memory, too. */
const SHARED_BYTES_MAX = 256 * MIB;

export class SmallDisk {
  readonly path: string;
  readonly #isMounted: boolean;
  readonly #untrack = track("a small disk", () => this.close());

  private constructor(path: string, isMounted: boolean) {
    this.path = path;
    this.#isMounted = isMounted;
    if (isMounted) endDiskWithUs(path);
    else removeWithUs(path);
  }

  /** @throws Error where nothing may be mounted and there is no small filesystem with as much free */
  static async open(bytes: number): Promise<SmallDisk> {
    const path = mkdtempSync(join(tmpdir(), "muster-disk-"));
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${bytes},mode=0755`, "tmpfs", path], {
        stdio: "pipe",
      });
      return new SmallDisk(path, true);
    } catch (error) {
      rmSync(path, { recursive: true });
      const shared = SHARED.find((candidate) => isSmall(candidate, bytes));
      if (shared !== undefined) return new SmallDisk(mkdtempSync(join(shared, "muster-disk-")), false);
      throw new Error(`no tmpfs could be mounted, and none of ${SHARED.join(", ")} is small`, {
        cause: error,
      });
    }
  }

  /** Writes until nothing more fits. @returns how many bytes that were */
  fill(): number {
    const file = openSync(join(this.path, "filler"), "a");
    let written = 0;
    try {
      for (let size = MIB; size >= 1;) {
        try {
          written += writeSync(file, Buffer.alloc(size));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
          size = Math.floor(size / 2);
        }
      }
    } finally {
      closeSync(file);
    }
    return written;
  }

  free(): void {
    rmSync(join(this.path, "filler"), { force: true });
  }

  async close(): Promise<void> {
    this.#untrack();
    if (this.#isMounted) execFileSync("umount", ["--lazy", this.path], { stdio: "pipe" });
    rmSync(this.path, { recursive: true, force: true });
  }
}

function isSmall(path: string, bytes: number): boolean {
  try {
    const { bavail, blocks, bsize } = statfsSync(path);
    return bavail * bsize >= bytes / 2 && blocks * bsize <= SHARED_BYTES_MAX;
  } catch {
    return false; // not there
  }
}
