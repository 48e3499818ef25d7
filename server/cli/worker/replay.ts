/**
 * What `muster worker --replay` does with a job: it sleeps the recorded runtime, shortened by the time scale, and
 * nothing else. A job without a recorded runtime takes no time.
 */
import { setTimeout as sleep } from "node:timers/promises";

/** The longest that a Node timer can wait. */
const SLEEP_MAX_MS = 2_147_483_647;

/** Reads `runtimeSeconds` from a JSON payload; 0 for anything else. */
export function runtimeSecondsOf(payload: unknown): number {
  if (typeof payload !== "object" || payload === null || !("runtimeSeconds" in payload)) return 0;
  const seconds = payload.runtimeSeconds;
  return typeof seconds === "number" && seconds > 0 ? seconds : 0;
}

/** @throws AbortError when `signal` aborts */
export async function replay(payload: unknown, timeScale: number, signal: AbortSignal): Promise<void> {
  const sleepMs = Math.min(SLEEP_MAX_MS, runtimeSecondsOf(payload) * timeScale * 1000);
  if (sleepMs > 0) await sleep(sleepMs, undefined, { signal });
}
