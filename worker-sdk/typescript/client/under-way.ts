/**
 * What of one client is under way: calls, waits for a turn or for a token, pauses before another try. It ends when its
 * own signal aborts, and all of it when the client is closed. Owned by `calls.ts`.
 */
import { getMaxListeners, setMaxListeners, defaultMaxListeners } from "node:events";
import { MusterClientError } from "./client-error.js";

export class UnderWay {
  readonly #ends = new Set<(reason: Error) => void>();
  #closed: MusterClientError | undefined;

  /** @throws MusterClientError CANCELLED when the client was closed */
  mustBeOpen(): void {
    if (this.#closed !== undefined) throw this.#closed;
  }

  /**
   * Calls `end` when the client is closed or the signal aborts; at once, when that has been already.
   * @returns to be called when it is over by itself
   */
  add(signal: AbortSignal | undefined, end: (reason: Error) => void): () => void {
    const onClose = (reason: Error): void => {
      leave();
      end(reason);
    };
    const onAbort = (): void => onClose(reasonOf(signal));
    const leave = (): void => {
      this.#ends.delete(onClose);
      signal?.removeEventListener("abort", onAbort);
    };
    if (this.#closed !== undefined) end(this.#closed);
    else if (signal?.aborted === true) end(reasonOf(signal));
    else {
      this.#ends.add(onClose);
      if (signal !== undefined) takeManyListeners(signal);
      signal?.addEventListener("abort", onAbort, { once: true });
    }
    return leave;
  }

  /**
   * What the promise gives, if it does so in time.
   * @throws MusterClientError CANCELLED when the client is closed; the reason of the signal
   */
  async until<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = this.add(signal, reject);
      void promise.then(resolve, reject).finally(leave);
    });
  }

  /** @throws as `until` */
  async pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    try {
      await this.until(over, signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Nothing begins any more. */
  close(): void {
    this.#closed ??= new MusterClientError("the client was closed", {
      code: "CANCELLED",
      grpcStatus: "CANCELLED",
    });
    for (const end of this.#ends) end(this.#closed);
  }
}

function reasonOf(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error("aborted");
}

/** One signal may end any number of watches, which Node takes for a leak. Whoever set a limit of their own keeps it. */
function takeManyListeners(signal: AbortSignal): void {
  try {
    if (getMaxListeners(signal) === defaultMaxListeners) setMaxListeners(Infinity, signal);
  } catch {
    // Node 20 cannot read a limit of 0, which is none.
  }
}
