/**
 * When our lease is late and when it is over, by our own monotonic clock. It counts from the moment the
 * acknowledged heartbeat was *sent*, so it always ends before the server's view of the same lease does. Pure:
 * the clock comes in as an argument.
 *
 * held    -> a heartbeat was acknowledged within half the ttl
 * suspect -> not so: start nothing new, what runs may go on
 * lost    -> the whole ttl is over: somebody else may own the jobs by now
 */
export type LeaseState = "held" | "suspect" | "lost";

export class LeaseClock {
  #sentAtMs = 0;
  #ttlMs = 0;

  /**
   * @param sentAtMs when the acknowledged heartbeat (or Hello) was sent; an older one than the newest is ignored
   * @param ttlMs length of the lease it was answered with; 0 keeps the last one
   */
  acknowledged(sentAtMs: number, ttlMs: number): void {
    if (sentAtMs < this.#sentAtMs) return;
    this.#sentAtMs = sentAtMs;
    if (ttlMs > 0) this.#ttlMs = ttlMs;
  }

  /** There is no lease any more: `lost` until something is acknowledged. */
  forget(): void {
    this.#sentAtMs = 0;
    this.#ttlMs = 0;
  }

  get suspectAtMs(): number {
    return this.#sentAtMs + this.#ttlMs / 2;
  }

  get endsAtMs(): number {
    return this.#sentAtMs + this.#ttlMs;
  }

  state(nowMs: number): LeaseState {
    if (nowMs >= this.endsAtMs) return "lost";
    return nowMs >= this.suspectAtMs ? "suspect" : "held";
  }

  /** How long until `state` says something else, ms; undefined when it is lost. */
  msToChange(nowMs: number): number | undefined {
    const state = this.state(nowMs);
    if (state === "lost") return undefined;
    return (state === "held" ? this.suspectAtMs : this.endsAtMs) - nowMs;
  }
}
