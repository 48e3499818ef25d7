/**
 * How much memory a process took while something was done to it: the most that was resident, by the kernel's own
 * account, over what it was at the beginning. Linux only; elsewhere it says that it cannot measure.
 */
import { readFileSync, writeFileSync } from "node:fs";

const KIB = 1_024;

export class PeakMemory {
  readonly #pid: number;
  readonly #beforeBytes: number;

  private constructor(pid: number, beforeBytes: number) {
    this.#pid = pid;
    this.#beforeBytes = beforeBytes;
  }

  /** @throws Error where /proc is not there: memory cannot be measured then */
  static async start(pid: number): Promise<PeakMemory> {
    writeFileSync(`/proc/${pid}/clear_refs`, "5"); // the high-water mark starts anew
    return new PeakMemory(pid, bytesOf(pid, "VmRSS"));
  }

  /** Bytes by which the peak exceeded the beginning. */
  async stop(): Promise<number> {
    return Math.max(0, bytesOf(this.#pid, "VmHWM") - this.#beforeBytes);
  }
}

function bytesOf(pid: number, field: "VmRSS" | "VmHWM"): number {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text)?.[1];
  if (kib === undefined) throw new Error(`/proc/${pid}/status has no ${field}`);
  return Number(kib) * KIB;
}
