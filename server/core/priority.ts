/**
 * Priority: an integer as submitted, a level for queueing, and what dependencies make of it.
 * `base` is the own priority raised to the highest of the parents' bases (inheritance, fixed at submission);
 * `effective` is `base` raised to the most urgent open dependent's effective, transitively (live). A job with
 * `inheritPriority` off always keeps its own. Ageing works on the ready queue alone and changes none of these.
 */

export const PRIORITY_DEFAULT = 3;
export const PRIORITY_MIN = -1000;
export const PRIORITY_MAX = 1000;

export const LEVELS = ["high", "medium", "low"] as const;
export type Level = (typeof LEVELS)[number];

/** 4 and above high, 2 and 3 medium, 1 and below low. */
export function levelOf(priority: number): Level {
  if (priority >= 4) return "high";
  return priority >= 2 ? "medium" : "low";
}

export interface PriorityNode {
  readonly own: number;
  readonly inherits: boolean;
  /** Positions of parents in the same list, each smaller than the node's own position. */
  readonly parents: readonly number[];
  /** Highest base among parents outside the list, with its id; null when there are none. */
  readonly outside: { readonly base: number; readonly jobId: number } | null;
  /** Ended before it began, because a parent had failed: nothing is urgent for its sake. */
  readonly isOver: boolean;
}

export interface ComputedPriority {
  readonly base: number;
  readonly effective: number;
  /** Where `effective` comes from: null for the job's own, else a position in the list or an outside job. */
  readonly source:
    | { readonly kind: "own" }
    | { readonly kind: "inherited"; readonly position: number }
    | { readonly kind: "inherited_outside"; readonly jobId: number }
    | { readonly kind: "raised"; readonly position: number };
}

/**
 * Priorities of a batch in topological order: one pass down for bases, one pass up for effectives.
 * Linear in nodes plus edges.
 */
export function computePriorities(nodes: readonly PriorityNode[]): ComputedPriority[] {
  const computed: ComputedPriority[] = [];
  for (const node of nodes) {
    let base = node.own;
    let source: ComputedPriority["source"] = { kind: "own" };
    if (node.inherits) {
      if (node.outside !== null && node.outside.base > base) {
        base = node.outside.base;
        source = { kind: "inherited_outside", jobId: node.outside.jobId };
      }
      for (const position of node.parents) {
        const parentBase = computed[position]?.base ?? base;
        if (parentBase > base) {
          base = parentBase;
          source = { kind: "inherited", position };
        }
      }
    }
    computed.push({ base, effective: base, source });
  }
  for (let position = nodes.length - 1; position >= 0; position--) {
    const child = computed[position];
    if (nodes[position]?.isOver !== false) continue;
    for (const parent of nodes[position]?.parents ?? []) {
      const current = computed[parent];
      if (child === undefined || current === undefined || nodes[parent]?.inherits !== true) continue;
      if (child.effective > current.effective) {
        computed[parent] = {
          base: current.base,
          effective: child.effective,
          source: { kind: "raised", position },
        };
      }
    }
  }
  return computed;
}
