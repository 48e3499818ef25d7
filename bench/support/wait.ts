/**
 * Waiting for something that gives no signal: asks again and again until it holds or a deadline passes. Used around
 * measurements, never inside one: the pauses here would become part of the figure.
 */
import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 5;

/** @throws Error naming `what` at the deadline */
export async function waitUntil(
  what: string,
  deadlineMs: number,
  probe: () => boolean | Promise<boolean>,
): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  while (!(await probe())) {
    if (performance.now() >= endMs) throw new Error(`${what}: not within ${deadlineMs} ms`);
    await sleep(PAUSE_MS);
  }
}
