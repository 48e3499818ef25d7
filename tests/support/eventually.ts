/**
 * Waiting in tests without sleeping: poll a condition until it holds or a deadline passes. The only place in the
 * tests where time is spent waiting for something that gives no signal. Never use it to "let things settle".
 */

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 50;

/**
 * Calls `probe` until it returns something truthy, and returns that. A probe that throws counts as "not yet", so
 * that assertions can be used as conditions.
 * @throws Error at the deadline, with the last failure of the probe as its cause
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  deadlineMs: number,
): Promise<NonNullable<T>> {
  const endMono = performance.now() + deadlineMs;
  let pauseMs = FIRST_PAUSE_MS;
  let last: unknown = "the condition never held";
  for (;;) {
    try {
      const value = await probe();
      if (value) return value;
      last = `the last value was ${String(value)}`;
    } catch (error) {
      last = error;
    }
    const leftMs = endMono - performance.now();
    if (leftMs <= 0) break;
    const waitMs = Math.min(pauseMs, leftMs);
    await new Promise<void>((resolve) => setTimeout(resolve, waitMs));
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
  const why = last instanceof Error ? last.message : String(last);
  throw new Error(`did not come true within ${deadlineMs} ms: ${why}`, { cause: last });
}
