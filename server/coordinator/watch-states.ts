/**
 * What one watcher iterates over: the state now and at each change. An object and not a generator, because a generator
 * that waits for its next state keeps the one it gave last, which may have megabytes, for as long as that takes.
 */
import type { WatchMailbox } from "./watch-mailbox.js";

export interface Joined<T> {
  readonly mailbox: WatchMailbox<T>;
  /** Nothing is put into the mailbox any more. May be called again. */
  readonly leave: () => void;
}

export class WatchStates<T> implements AsyncIterableIterator<T, undefined> {
  readonly #join: () => Promise<Joined<T> | null>;
  readonly #isLast: (state: T) => boolean;
  #joined: Joined<T> | null | undefined;
  #isOver = false;

  /**
   * @param join called when the first state is asked for; null when there will be none. What it throws ends the watch
   * @param isLast whether none comes after it; what it throws ends the watch
   */
  constructor(join: () => Promise<Joined<T> | null>, isLast: (state: T) => boolean) {
    this.#join = join;
    this.#isLast = isLast;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** One caller at a time. */
  async next(): Promise<IteratorResult<T, undefined>> {
    try {
      if (this.#joined === undefined) this.#joined = await this.#join();
      const state = this.#isOver ? null : await this.#joined?.mailbox.take();
      if (state != null) {
        if (this.#isLast(state.value)) this.#end();
        return { done: false, value: state.value };
      }
    } catch (error) {
      this.#end();
      throw error;
    }
    this.#end();
    return { done: true, value: undefined };
  }

  /** The caller's own end. Whoever waits for a state is told that there is none. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#end();
    this.#joined?.mailbox.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  #end(): void {
    this.#isOver = true;
    this.#joined?.leave();
  }
}
