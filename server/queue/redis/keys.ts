/**
 * The only place that makes Redis keys and channels. The braces are a hash tag: the three levels of one queue lie
 * in one cluster slot, so that one script may touch them all.
 */
import { queueKeyText, type QueueKey } from "../../core/ports.js";

export interface ReadyKeys {
  readonly high: string;
  readonly medium: string;
  readonly low: string;
}

export function readyKeys(prefix: string, queue: QueueKey): ReadyKeys {
  const start = `${prefix}:{${queueKeyText(queue)}}:ready:`;
  return { high: `${start}high`, medium: `${start}medium`, low: `${start}low` };
}

/** Its absence, or another value than last time, means that Redis lost the hints. */
export function sentinelKey(prefix: string): string {
  return `${prefix}:sentinel`;
}

export function wakeChannel(prefix: string): string {
  return `${prefix}:wake`;
}

export function nudgeChannel(prefix: string): string {
  return `${prefix}:nudge`;
}
