/**
 * The subscribing connection: hands messages of a channel to its listeners, subscribes again after every
 * reconnect, and throws the connection away when it gives no sign of life. What was published meanwhile is lost,
 * and may be: wake-ups and nudges have a slow poll behind them. A listener must not throw.
 */
import type { RedisClient } from "./client.js";

type Listener = (message: string) => void;

export class Subscriptions {
  readonly #redis: RedisClient;
  readonly #listeners = new Map<string, Set<Listener>>();
  #subscribed: Promise<boolean> = Promise.resolve(true);
  #probing = false;
  #closed = false;

  constructor(redis: RedisClient, onError: (error: Error) => void) {
    this.#redis = redis;
    redis.on("error", onError);
    redis.on("ready", () => this.#subscribe([...this.#listeners.keys()]));
    redis.on("message", (channel: string, message: string) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(message);
    });
  }

  on(channel: string, listener: Listener): () => void {
    let set = this.#listeners.get(channel);
    if (set === undefined) {
      set = new Set();
      this.#listeners.set(channel, set);
      if (this.#redis.status === "ready") this.#subscribe([channel]);
    }
    set.add(listener);
    return () => void set.delete(listener);
  }

  /** True once every channel asked for is subscribed, false when that took longer than `deadlineMs`. */
  async untilReady(deadlineMs: number): Promise<boolean> {
    if (this.#redis.status !== "ready") {
      const became = await new Promise<boolean>((resolve) => {
        const onReady = (): void => {
          clearTimeout(timer);
          resolve(true);
        };
        const timer = setTimeout(
          () => {
            this.#redis.off("ready", onReady);
            resolve(false);
          },
          Math.max(0, deadlineMs),
        );
        this.#redis.once("ready", onReady);
      });
      if (!became) return false;
    }
    return this.#subscribed;
  }

  /** Asks for a sign of life; without one the connection is made anew. */
  probe(deadlineMs: number): void {
    if (this.#probing || this.#closed || this.#redis.status !== "ready") return;
    this.#probing = true;
    // The immediate lets answers that came during a pause of our own process be read first.
    const timer = setTimeout(
      () => setImmediate(() => this.#probing && this.#redis.disconnect(true)),
      deadlineMs,
    );
    const done = (): void => {
      this.#probing = false;
      clearTimeout(timer);
    };
    this.#redis.ping().then(done, done);
  }

  close(): void {
    this.#closed = true;
    this.#redis.disconnect();
  }

  #subscribe(channels: string[]): void {
    if (channels.length === 0) return;
    // Answers come in order, so this one speaks for all before it. A refused one is asked again at the next ready.
    this.#subscribed = this.#redis.subscribe(...channels).then(
      () => true,
      () => false,
    );
  }
}
