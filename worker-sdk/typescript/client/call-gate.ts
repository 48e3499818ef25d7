/**
 * How many calls of one client are under way at once; the others wait here, first come first served. A server
 * answers a stream over its limit with a refusal and, after a hundred of them, ends the connection with everything
 * on it; and it counts a call until it has let go of it, a little longer than we do. So calls and watches together
 * stay below the 1,000 streams that a Muster server allows, and calls never wait behind watches. Owned by `calls.ts`.
 */
import { MusterClientError } from "./client-error.js";

export const CALLS_MAX = 64;
export const WATCHES_MAX = 900;

export class CallGate {
  readonly #max: number;
  readonly #waiting = new Set<() => void>();
  #underWay = 0;

  /** @param max calls under way at once */
  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Resolves with the function that gives the place back; it must be called once.
   * @param endsAt until when a place is waited for, on the clock of `performance`; null: for ever
   * @throws MusterClientError DEADLINE_EXCEEDED, nothing was sent; or the reason of the signal
   */
  async enter(endsAt: number | null, signal: AbortSignal | undefined): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#underWay < this.#max) this.#underWay++;
    else await this.#turn(endsAt, signal);
    return () => {
      const [next] = this.#waiting;
      if (next === undefined) this.#underWay--;
      else next(); // the place goes from hand to hand
    };
  }

  #turn(endsAt: number | null, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        this.#waiting.delete(onTurn);
      };
      const onTurn = (): void => {
        leave();
        resolve();
      };
      const onAbort = (): void => {
        leave();
        reject(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
      };
      const onLate = (): void => {
        leave();
        const message = `the deadline passed while ${this.#max} other calls of this client were under way`;
        const status = "DEADLINE_EXCEEDED";
        reject(new MusterClientError(message, { code: status, grpcStatus: status, neverSent: true }));
      };
      const timer = endsAt === null ? undefined : setTimeout(onLate, Math.max(0, endsAt - performance.now()));
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(onTurn);
    });
  }
}
