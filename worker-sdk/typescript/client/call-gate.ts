/**
 * How many calls of one client are under way at once; the others wait here, first come first served. A server
 * answers a stream over its limit with a refusal and, after a hundred of them, ends the connection with everything
 * on it; and it counts a call until it has let go of it, a little longer than we do. So calls and watches together
 * stay below the 1,000 streams that a Muster server allows, and calls never wait behind watches. Owned by `calls.ts`.
 */
import { TIMER_MS_MAX } from "../times.js";
import { MusterClientError } from "./client-error.js";
import { UnderWay } from "./under-way.js";

export const CALLS_MAX = 64;
export const WATCHES_MAX = 900;

export class CallGate {
  readonly #max: number;
  readonly #underWay: UnderWay;
  readonly #waiting = new Set<() => void>();
  #inside = 0;

  /** @param max calls under way at once */
  constructor(max: number, underWay = new UnderWay()) {
    this.#max = max;
    this.#underWay = underWay;
  }

  /**
   * Resolves with the function that gives the place back; it must be called once.
   * @param endsAt until when a place is waited for, on the clock of `performance`; null: for ever
   * @throws MusterClientError DEADLINE_EXCEEDED, nothing was sent; CANCELLED, the client was closed; or the reason of the signal
   */
  async enter(endsAt: number | null, signal: AbortSignal | undefined): Promise<() => void> {
    signal?.throwIfAborted();
    this.#underWay.mustBeOpen();
    if (this.#inside < this.#max) this.#inside++;
    else await this.#turn(endsAt, signal);
    return () => {
      const [next] = this.#waiting;
      if (next === undefined) this.#inside--;
      else next(); // the place goes from hand to hand
    };
  }

  #turn(endsAt: number | null, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        forget();
        this.#waiting.delete(onTurn);
      };
      const onTurn = (): void => {
        leave();
        resolve();
      };
      const onEnd = (reason: Error): void => {
        leave();
        reject(reason);
      };
      const onLate = (): void => {
        leave();
        const message = `the deadline passed while ${this.#max} other calls of this client were under way`;
        const status = "DEADLINE_EXCEEDED";
        reject(new MusterClientError(message, { code: status, grpcStatus: status, neverSent: true }));
      };
      const leftMs = endsAt === null ? Infinity : Math.max(0, endsAt - performance.now());
      const timer = leftMs > TIMER_MS_MAX ? undefined : setTimeout(onLate, leftMs);
      const forget = this.#underWay.add(signal, onEnd);
      this.#waiting.add(onTurn);
    });
  }
}
