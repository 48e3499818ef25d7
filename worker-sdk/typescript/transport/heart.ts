/**
 * Sends heartbeats at the server's interval and remembers when each was sent, because the lease counts from
 * there. Reports how loaded the process is and how late its main loop is: a blocked loop must look blocked, not
 * dead.
 */
import { toTimestamp } from "../times.js";
import { encodeHeartbeat, UP } from "./frames.js";
import type { Link } from "./link.js";
import { monoMs, type Vitals } from "./vitals.js";

export class Heart {
  /** From Welcome. */
  intervalMs = 5_000;
  readonly #vitals: Vitals;
  readonly #jobs: () => { readonly running: number; readonly buffered: number };
  readonly #sentAtMs = new Map<number, number>();
  #pingId = 0;
  #timer: NodeJS.Timeout | undefined;
  #cpu = process.cpuUsage();
  #cpuAtMs = monoMs();

  constructor(vitals: Vitals, jobs: () => { readonly running: number; readonly buffered: number }) {
    this.#vitals = vitals;
    this.#jobs = jobs;
  }

  /** From now on heartbeats go to this link and to no other. */
  beatOn(link: Link): void {
    this.stop();
    this.#timer = setInterval(() => this.#beat(link), this.intervalMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#sentAtMs.clear();
  }

  /** @returns when that heartbeat was sent; undefined for one that is unknown or older than one answered before */
  acknowledged(pingId: number): number | undefined {
    const sentAtMs = this.#sentAtMs.get(pingId);
    for (const id of this.#sentAtMs.keys()) if (id <= pingId) this.#sentAtMs.delete(id);
    return sentAtMs;
  }

  #beat(link: Link): void {
    const nowMs = monoMs();
    const pingId = ++this.#pingId;
    this.#sentAtMs.set(pingId, nowMs);
    const body = encodeHeartbeat({
      pingId,
      clientTime: toTimestamp(Date.now()),
      ...this.#jobs(),
      load: {
        cpuFraction: this.#takeCpuFraction(nowMs),
        rssBytes: process.memoryUsage.rss(),
        loopLagMs: this.#vitals.takeLagMs(nowMs),
      },
    });
    link.send(UP.heartbeat, [body]);
  }

  /** Of one core, over the whole process, since the last heartbeat. */
  #takeCpuFraction(nowMs: number): number {
    const cpu = process.cpuUsage();
    const usedMs = (cpu.user + cpu.system - this.#cpu.user - this.#cpu.system) / 1000;
    const passedMs = Math.max(1, nowMs - this.#cpuAtMs);
    this.#cpu = cpu;
    this.#cpuAtMs = nowMs;
    return usedMs / passedMs;
  }
}
