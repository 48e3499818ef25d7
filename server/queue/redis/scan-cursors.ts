/**
 * Where a take with types stopped scanning, so that the next one with the same types goes on from there: hints
 * behind a long row of types that nobody here accepts are reached after a few takes instead of never. Positions
 * are ranks and shift when others take; a cursor is only a place to look, so that does no harm.
 */

/** Filters are few (one a set of subscriptions); the bound only guards against a flood of distinct ones. */
const FILTERS_MAX = 1_000;

export class ScanCursors {
  readonly #cursors = new Map<string, string>();

  /** The remembered place when it lies behind `reached`, else `reached`. */
  resume(filter: string, reached: string): string {
    const remembered = this.#cursors.get(filter);
    return remembered !== undefined && isBehind(remembered, reached) ? remembered : reached;
  }

  /** Empty means the end was reached: start over. */
  remember(filter: string, cursor: string): void {
    this.#cursors.delete(filter);
    if (cursor === "") return;
    this.#cursors.set(filter, cursor);
    const oldest = this.#cursors.keys().next().value;
    if (this.#cursors.size > FILTERS_MAX && oldest !== undefined) this.#cursors.delete(oldest);
  }
}

/** Cursors are `LEVEL RANK`. */
function isBehind(one: string, other: string): boolean {
  const [level = 0, rank = 0] = one.split(" ").map(Number);
  const [otherLevel = 0, otherRank = 0] = other.split(" ").map(Number);
  return level === otherLevel ? rank > otherRank : level > otherLevel;
}
