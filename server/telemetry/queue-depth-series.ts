/**
 * Which series the depth gauge shows: the deepest queues under their own name, the rest summed up as "other", so
 * that the number of series stays bounded and nothing that waits is left out of the sum. Pure.
 */
import { LEVELS, type Level } from "../core/priority.js";
import { queueKeyText, type QueueKey, type ReadyDepth } from "../core/ports.js";
import { OTHER } from "./bounded-label.js";

export interface DepthSeries {
  readonly queue: string;
  readonly level: Level;
  readonly jobs: number;
}

/** @param max queues with a name of their own; ties go to the name that sorts first */
export function queueDepthSeries(
  depths: readonly { readonly queue: QueueKey; readonly depth: ReadyDepth }[],
  max: number,
): DepthSeries[] {
  const named = depths
    .map(({ queue, depth }) => ({
      name: queueKeyText(queue),
      depth,
      total: depth.high + depth.medium + depth.low,
    }))
    .sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1));
  const rest = named.splice(max);
  if (rest.length > 0) {
    const sum = (level: Level) => rest.reduce((jobs, { depth }) => jobs + depth[level], 0);
    named.push({
      name: OTHER,
      depth: { high: sum("high"), medium: sum("medium"), low: sum("low") },
      total: 0,
    });
  }
  return named.flatMap(({ name, depth }) =>
    LEVELS.map((level) => ({ queue: name, level, jobs: depth[level] })),
  );
}
