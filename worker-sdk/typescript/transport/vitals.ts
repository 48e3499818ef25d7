/**
 * What the two threads of a worker must know of each other even while one of them is blocked: when the main
 * loop last turned, how late it has been, and until when new jobs may be started. Shared memory, written and
 * read atomically; times are ms of the process's monotonic clock, the same in every thread.
 */
const LAST_TURN = 0;
const WORST_LATE = 1;
const START_UNTIL = 2;
const SLOTS = 3;
const TURN_MS = 100;

/** Monotonic ms, the same clock in every thread of this process. */
export function monoMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

export class Vitals {
  readonly memory: SharedArrayBuffer;
  readonly #slots: BigInt64Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(SLOTS * 8)) {
    this.memory = memory;
    this.#slots = new BigInt64Array(memory);
  }

  /** Main thread: starts to note every turn. @returns stops it */
  pulse(): () => void {
    this.#put(LAST_TURN, monoMs());
    const timer = setInterval(() => {
      const nowMs = monoMs();
      const lateMs = nowMs - this.#get(LAST_TURN) - TURN_MS;
      if (lateMs > this.#get(WORST_LATE)) this.#put(WORST_LATE, lateMs);
      this.#put(LAST_TURN, nowMs);
    }, TURN_MS);
    timer.unref();
    return () => clearInterval(timer);
  }

  /** Transport: the worst delay of the main loop since the last call, a delay under way included; ms, 0 or more. */
  takeLagMs(nowMs: number): number {
    const underWayMs = nowMs - this.#get(LAST_TURN) - TURN_MS;
    const worstMs = Number(Atomics.exchange(this.#slots, WORST_LATE, 0n)) / 1000;
    return Math.max(0, underWayMs, worstMs);
  }

  /** Transport: jobs may be started before `untilMs`. */
  allowStartsUntil(untilMs: number): void {
    this.#put(START_UNTIL, untilMs);
  }

  /** Main thread: false while the lease is late, also if the transport's message about it is still on its way. */
  mayStart(): boolean {
    return monoMs() < this.#get(START_UNTIL);
  }

  /** Kept in whole microseconds. */
  #put(slot: number, ms: number): void {
    Atomics.store(this.#slots, slot, BigInt(Math.round(ms * 1000)));
  }

  #get(slot: number): number {
    return Number(Atomics.load(this.#slots, slot)) / 1000;
  }
}
