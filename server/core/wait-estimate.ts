/**
 * When a job that waits for a slot may begin, from what recent executions of its type took. Pure arithmetic over
 * what was observed; no history, no estimate.
 */
import type { ServiceTimes } from "./explain-facts.js";
import type { WaitEstimate } from "./explanation.js";

/**
 * A slot comes free every median / slots; at the latest every p90, with all slots in step. Null without history or
 * without slots.
 * @param position among those that wait for these slots, from 1
 */
export function estimateWait(
  position: number,
  slots: number,
  service: ServiceTimes | null,
): WaitEstimate | null {
  if (service === null || service.samples === 0 || slots < 1) return null;
  const { medianMs, p90Ms, samples } = service;
  return {
    typicalMs: Math.round((position / slots) * medianMs),
    lateMs: Math.round(Math.ceil(position / slots) * p90Ms),
    medianMs,
    p90Ms,
    samples,
    basis:
      `position ${position} / ${plural(slots, "slot")} x median ${durationText(medianMs)} ` +
      `(90 % within ${durationText(p90Ms)}) of ${plural(samples, "recent execution")} of this type`,
  };
}

/** Two digits are enough: 340 ms, 2.5 s, 4 min, 3 h, 2 d. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} d`;
}

/** `1 slot`, `3 slots`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
