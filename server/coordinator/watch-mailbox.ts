/**
 * Holds the newest state for one watcher until it is read. A reader that is slower than the changes gets the newest
 * one and not a growing queue; what it did not see is counted. The feed puts, the watcher takes.
 */

export class WatchMailbox<T> {
  readonly #onDropped: () => void;
  #lastVersion: string | null = null;
  #unread: { readonly value: T } | null = null;
  #end: { readonly error: Error | null } | null = null;
  #wake: (() => void) | null = null;

  /** @param onDropped called for each state that was overtaken before it was read */
  constructor(onDropped: () => void) {
    this.#onDropped = onDropped;
  }

  /** False until the first state came. */
  get hasState(): boolean {
    return this.#lastVersion !== null;
  }

  /** A version that was the last one before is ignored. */
  put(version: string, value: T): void {
    if (this.#end !== null || version === this.#lastVersion) return;
    if (this.#unread !== null) this.#onDropped();
    this.#lastVersion = version;
    this.#unread = { value };
    this.#notify();
  }

  /** The watcher's own end: what is unread is dropped. */
  close(): void {
    this.#unread = null;
    this.#end ??= { error: null };
    this.#notify();
  }

  /** What is unread is still given out, then `error` is thrown. */
  fail(error: Error): void {
    this.#end ??= { error };
    this.#notify();
  }

  /** The next unread state; null after `close`. One caller at a time. @throws what `fail` was given */
  async take(): Promise<{ readonly value: T } | null> {
    for (;;) {
      const unread = this.#unread;
      this.#unread = null;
      if (unread !== null) return unread;
      if (this.#end?.error) throw this.#end.error;
      if (this.#end !== null) return null;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
