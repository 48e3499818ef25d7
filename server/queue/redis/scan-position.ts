/**
 * Where a take with types stopped scanning, `LEVEL RANK`, so that the next one with the same types goes on from
 * there: hints behind a long row of types that nobody here accepts are reached after a few takes instead of never.
 * Ranks shift when others take; a position is only a place to look, so the next take begins a little before it.
 */
import type { ReadyHint } from "../../core/ports.js";
import { LEVELS } from "../../core/priority.js";

export const SCAN_START = "1 0";
/** Looked at again: about as many as others take from a busy queue between two takes of one pass. */
const OVERLAP = 256;

/** Of all levels. */
export function isEnd(position: string): boolean {
  return position === "";
}

/**
 * The further one of what the first scan reached and where the last take stopped.
 * @param taken what the first scan took, ahead of both: everything behind it moved up by as many
 */
export function furtherOf(reached: string, stoppedAt: string, taken: readonly ReadyHint[]): string {
  const [reachedLevel, reachedRank] = partsOf(reached);
  const [level, stoppedRank] = partsOf(stoppedAt);
  const ahead = taken.filter((hint) => hint.level === LEVELS[level - 1]).length;
  const rank = Math.max(0, stoppedRank - ahead - OVERLAP);
  const isFurther = level === reachedLevel ? rank > reachedRank : level > reachedLevel;
  return isFurther ? `${level} ${rank}` : reached;
}

function partsOf(position: string): readonly [level: number, rank: number] {
  const [level = 1, rank = 0] = position.split(" ").map(Number);
  return [level, rank];
}
