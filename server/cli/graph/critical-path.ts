/**
 * The longest chain of a graph whose nodes have lengths: the least time it can take, however many hands there
 * are. Linear in nodes plus edges; pure.
 */

export interface ChainGraph {
  /** For each node the positions of its parents. */
  readonly parentPositions: readonly (readonly number[])[];
  /** Positions, parents first. */
  readonly order: readonly number[];
}

export interface CriticalPath {
  /** In the unit of the lengths. */
  readonly length: number;
  /** Positions from the first node of the chain to its last. */
  readonly positions: readonly number[];
}

/** @param lengths one for each node, 0 or more */
export function criticalPath(graph: ChainGraph, lengths: readonly number[]): CriticalPath {
  const endsAt: number[] = [];
  const cameFrom: (number | null)[] = [];
  let last: number | null = null;
  for (const position of graph.order) {
    let startsAt = 0;
    let from: number | null = null;
    for (const parent of graph.parentPositions[position] ?? []) {
      const parentEnd = endsAt[parent] ?? 0;
      // With equal lengths the first parent stays: the same graph always gives the same chain.
      if (from === null || parentEnd > startsAt) {
        startsAt = parentEnd;
        from = parent;
      }
    }
    endsAt[position] = startsAt + (lengths[position] ?? 0);
    cameFrom[position] = from;
    if (last === null || (endsAt[position] ?? 0) > (endsAt[last] ?? 0)) last = position;
  }
  const positions: number[] = [];
  for (let at = last; at !== null; at = cameFrom[at] ?? null) positions.push(at);
  return { length: last === null ? 0 : (endsAt[last] ?? 0), positions: positions.reverse() };
}
