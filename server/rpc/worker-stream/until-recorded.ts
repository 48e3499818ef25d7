/**
 * What a worker says once and does not say again on the same stream, releases and drains, is written until the store is
 * back. Nobody else would: the job would stay with a worker that has given it up, for as long as the session lives.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { isStoreAway } from "./store-away.js";

const DELAY_MS_FIRST = 250;
const DELAY_MS_MAX = 2_000;

/**
 * @param write may run again after it was cut off in the middle
 * @param stream `isOver`: the worker says it again on its next stream, or is gone; `onAway` is called once
 * @returns false when the stream ended before it was written
 * @throws whatever else `write` fails with
 */
export async function untilRecorded(
  write: () => Promise<void>,
  stream: { readonly isOver: () => boolean; readonly onAway: () => void },
): Promise<boolean> {
  for (let delayMs = DELAY_MS_FIRST, failures = 0; ; delayMs = Math.min(DELAY_MS_MAX, delayMs * 2)) {
    try {
      await write();
      return true;
    } catch (error) {
      if (!isStoreAway(error)) throw error;
    }
    if (stream.isOver()) return false;
    if (failures++ === 0) stream.onAway();
    await sleep(delayMs, undefined, { ref: false });
    if (stream.isOver()) return false;
  }
}
