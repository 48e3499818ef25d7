/**
 * Heartbeats of one session, one at a time and never closer than the gap: what arrives in between is answered by
 * one more renewal, with the latest ping. A ping is only ever acknowledged from a renewal that began after it
 * arrived, because the worker counts its lease from the moment it sent it. With the store away nothing is
 * acknowledged and the stream stays open (R20).
 */
import type { Heartbeat__Output } from "../../../proto/gen/muster/worker/v1/Heartbeat.js";
import { MusterError } from "../../core/errors.js";
import type { Clock } from "../../core/ports.js";
import type { SessionHandle } from "../../core/sessions.js";
import { nextHeartbeatMs } from "./heartbeat-times.js";
import type { EndStream } from "./settings.js";
import { isStoreAway } from "./store-away.js";
import type { StreamLog } from "./stream-log.js";
import type { Writer } from "./writer.js";

export interface HeartbeatParts {
  readonly session: SessionHandle;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly log: StreamLog;
  readonly gapMs: number;
  readonly intervalMs: number;
  /** Open in this process. */
  readonly streams: () => number;
  readonly end: EndStream;
}

export class Heartbeats {
  readonly #parts: HeartbeatParts;
  #isRenewing = false;
  #nextMs = 0;
  #waiting: Heartbeat__Output | null = null;
  #timer: NodeJS.Timeout | null = null; // only while a worker is too eager
  #isStopped = false;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  receive(heartbeat: Heartbeat__Output): void {
    if (this.#isStopped) return;
    const earlyMs = this.#nextMs - this.#parts.clock.monoMs();
    if (!this.#isRenewing && earlyMs <= 0) {
      void this.#renew(heartbeat);
      return;
    }
    this.#parts.log.note("stream.heartbeats_coalesced");
    this.#waiting = heartbeat;
    if (!this.#isRenewing) this.#wait(earlyMs);
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting = null;
  }

  /** Never rejects. */
  async #renew(heartbeat: Heartbeat__Output): Promise<void> {
    const { session, writer, clock, log, gapMs, end } = this.#parts;
    this.#isRenewing = true;
    const arrivedMs = clock.monoMs();
    this.#nextMs = arrivedMs + gapMs;
    try {
      const isAlive = await session.heartbeat({
        running: heartbeat.running ?? 0,
        buffered: heartbeat.buffered ?? 0,
        load: {
          cpuFraction: finite(heartbeat.load?.cpuFraction),
          rssBytes: finite(heartbeat.load?.rssBytes),
          loopLagMs: finite(heartbeat.load?.loopLagMs),
        },
      });
      if (!isAlive) end(new MusterError("SESSION_EXPIRED", "the session's lease is over"));
      else if (!this.#isStopped) writer.heartbeatAck(heartbeat.pingId ?? 0, this.#nextInMs(arrivedMs));
    } catch (error) {
      if (isStoreAway(error)) log.note("stream.store_down");
      else end(error);
    }
    this.#isRenewing = false;
    if (this.#waiting !== null) this.#wait(this.#nextMs - clock.monoMs());
  }

  #nextInMs(arrivedMs: number): number {
    const { clock, intervalMs, streams } = this.#parts;
    return Math.max(1, nextHeartbeatMs(arrivedMs, intervalMs, streams()) - clock.monoMs());
  }

  #wait(ms: number): void {
    this.#timer ??= setTimeout(this.#elapsed, Math.max(0, ms));
  }

  readonly #elapsed = (): void => {
    this.#timer = null;
    const heartbeat = this.#waiting;
    this.#waiting = null;
    if (heartbeat !== null && !this.#isStopped) void this.#renew(heartbeat);
  };
}

/** Workers report these; NaN and infinities would not survive a column or a chart. */
function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : 0;
}
