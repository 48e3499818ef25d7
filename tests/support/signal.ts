/**
 * A signal that a test waits on instead of sleeping: the code under test fires it, the test takes the values in
 * the order in which they were fired. Values that came before somebody asked are kept.
 */

export interface Signal<T> {
  fire(value: T): void;
  /** The next value that nobody took yet. @throws Error when none comes within `deadlineMs` */
  next(deadlineMs?: number): Promise<T>;
  /** Everything fired so far, taken or not. */
  readonly seen: readonly T[];
}

export function signal<T = void>(): Signal<T> {
  const seen: T[] = [];
  const waiting: ((value: T) => void)[] = [];
  let taken = 0;
  return {
    seen,
    fire(value) {
      seen.push(value);
      const first = waiting.shift();
      if (first === undefined) return;
      taken += 1;
      first(value);
    },
    next(deadlineMs = 5_000) {
      if (taken < seen.length) return Promise.resolve(seen[taken++] as T);
      return new Promise<T>((resolve, reject) => {
        const give = (value: T): void => {
          clearTimeout(timer);
          resolve(value);
        };
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(give), 1);
          reject(new Error(`no signal within ${deadlineMs} ms (${seen.length} before)`));
        }, deadlineMs);
        waiting.push(give);
      });
    },
  };
}
