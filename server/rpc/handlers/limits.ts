/** Two ways to stop waiting for a promise: a time limit and an abort. The promise itself goes on, unheard. */
import { MusterError } from "../../core/errors.js";

/** @throws MusterError CALL_TIMEOUT when `work` has not settled after `ms` */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new MusterError("CALL_TIMEOUT", `no answer within ${ms} ms; a write may still happen`));
    }, ms);
    timer.unref(); // a call that was cut must not keep a stopped process alive
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** The promise's value, or null as soon as `signal` aborts. Leaves nothing behind on either. */
export function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => resolve(null);
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  });
}
