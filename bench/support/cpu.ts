/**
 * Processor time of the processes that take part, from /proc: what a job costs, and whom. The kernel counts in
 * ticks of 10 ms, so a section has to last a second or more before its figures mean something. Postgres is its
 * postmaster with all backends, those that ended meanwhile included.
 */
import { readdirSync, readFileSync } from "node:fs";

const TICK_US = 10_000; // USER_HZ is 100 on every Linux that Node runs on

export interface WatchedProcess {
  readonly name: string;
  readonly pids: readonly number[];
  /** Children of these processes count too. */
  readonly withChildren: boolean;
}

interface Times {
  readonly parent: number;
  readonly ownTicks: number;
  /** Of children that ended and were waited for. */
  readonly endedTicks: number;
}

/** Processor time so far by name, microseconds. Empty where there is no /proc. */
export function processorUs(watched: readonly WatchedProcess[]): Map<string, number> {
  const children = watched.some((each) => each.withChildren)
    ? childrenByParent()
    : new Map<number, number[]>();
  const used = new Map<string, number>();
  for (const { name, pids, withChildren } of watched) {
    let ticks = 0;
    for (const pid of pids) {
      const own = timesOf(pid);
      ticks += (own?.ownTicks ?? 0) + (withChildren ? (own?.endedTicks ?? 0) : 0);
      if (withChildren) for (const child of children.get(pid) ?? []) ticks += timesOf(child)?.ownTicks ?? 0;
    }
    used.set(name, (used.get(name) ?? 0) + ticks * TICK_US);
  }
  return used;
}

/** Resident memory of a process, bytes; 0 when it is gone or there is no /proc. */
export function residentBytes(pid: number): number {
  const status = read(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readProc()) {
    const pid = Number(name);
    const parent = Number.isInteger(pid) ? timesOf(pid)?.parent : undefined;
    if (parent === undefined) continue;
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}

function readProc(): string[] {
  try {
    return readdirSync("/proc");
  } catch {
    return [];
  }
}

/** Fields of /proc/PID/stat, counted behind the name in parentheses: 1 ppid, 11 utime, 12 stime, 13 and 14 of children. */
function timesOf(pid: number): Times | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [, parent, , , , , , , , , , user, system, endedUser, endedSystem] = fields;
  if (parent === undefined || user === undefined || system === undefined) return undefined;
  return { parent, ownTicks: user + system, endedTicks: (endedUser ?? 0) + (endedSystem ?? 0) };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
