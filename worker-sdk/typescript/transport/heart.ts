/**
 * Sends heartbeats at the server's interval, or when it asked for the next one, and remembers when each was sent,
 * because the lease counts from there. Reports how loaded the process is and how late its main loop is: a blocked loop
 * must look blocked, not dead.
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
  #link: Link | undefined;
  #cpu = process.cpuUsage();
  #cpuAtMs = monoMs();

  constructor(vitals: Vitals, jobs: () => { readonly running: number; readonly buffered: number }) {
    this.#vitals = vitals;
    this.#jobs = jobs;
  }

  /** From now on heartbeats go to this link and to no other. */
  beatOn(link: Link): void {
    this.stop();
    this.#link = link;
    this.#beatIn(this.intervalMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#link = undefined;
    this.#sentAtMs.clear();
  }

  /**
   * @param nextInMs when the server wants the next one; 0: it did not say
   * @returns when that heartbeat was sent; undefined for one that is unknown or older than one answered before
   */
  acknowledged(pingId: number, nextInMs: number): number | undefined {
    const sentAtMs = this.#sentAtMs.get(pingId);
    // Never later than an interval after the last: the lease counts on it.
    if (pingId === this.#pingId && sentAtMs !== undefined && nextInMs > 0)
      this.#beatIn(Math.min(nextInMs, sentAtMs + this.intervalMs - monoMs()));
    for (const id of this.#sentAtMs.keys()) if (id <= pingId) this.#sentAtMs.delete(id);
    return sentAtMs;
  }

  #beatIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#link === undefined) return;
    this.#timer = setTimeout(this.#beat, Math.max(1, ms));
  }

  readonly #beat = (): void => {
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
    this.#beatIn(this.intervalMs);
    this.#link?.send(UP.heartbeat, [body]);
  };

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
