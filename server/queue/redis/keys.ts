/**
 * The only place that makes Redis keys and channels. The braces are a hash tag: the keys of one queue lie in
 * one cluster slot, so that one script may touch them all.
 */
import { queueKeyText, type QueueKey } from "../../core/ports.js";

export interface ReadyKeys {
  readonly high: string;
  readonly medium: string;
  readonly low: string;
  /** There while a replica may be waiting for hints of this queue. */
  readonly hungry: string;
}

export function readyKeys(prefix: string, queue: QueueKey): ReadyKeys {
  const start = `${prefix}:{${queueKeyText(queue)}}:`;
  return {
    high: `${start}ready:high`,
    medium: `${start}ready:medium`,
    low: `${start}ready:low`,
    hungry: `${start}hungry`,
  };
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
