/**
 * Topological order of a submission. Keeps the order of the input wherever the dependencies allow it: an input
 * that is already in order comes back as it is, and otherwise a job moves forward only when something before it
 * needs it. A depth-first walk from each job in turn, without recursion: linear in jobs plus dependencies, and
 * when it meets a job that it is still inside of, its own stack is the cycle. Called by submission validation.
 */

export type TopologicalOrder =
  | {
      readonly ok: true;
      /** Indexes of the input, every parent before its children. */
      readonly order: readonly number[];
    }
  | {
      readonly ok: false;
      /** Indexes along one cycle, each depending on the next, and the last on the first. */
      readonly cycle: readonly number[];
    };

const NEW = 0;
const OPEN = 1;
const DONE = 2;

/** @param parentsOf for each index the indexes it depends on, all within the list */
export function topologicalOrder(parentsOf: readonly (readonly number[])[]): TopologicalOrder {
  const count = parentsOf.length;
  const mark = new Uint8Array(count);
  const nextParent = new Uint32Array(count);
  const order: number[] = [];
  const path: number[] = [];
  for (let root = 0; root < count; root++) {
    if (mark[root] !== NEW) continue;
    path.push(root);
    mark[root] = OPEN;
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const at = nextParent[node] ?? 0;
      const parent = parentsOf[node]?.[at];
      if (parent === undefined) {
        mark[node] = DONE;
        order.push(node);
        path.pop();
        continue;
      }
      nextParent[node] = at + 1;
      if (mark[parent] === OPEN) return { ok: false, cycle: path.slice(path.indexOf(parent)) };
      if (mark[parent] === NEW) {
        mark[parent] = OPEN;
        path.push(parent);
      }
    }
  }
  return { ok: true, order };
}

const SHOWN_MAX = 10;

/** `a -> b -> c -> a`; a cycle of more than ten names keeps its first five and last four. */
export function cycleText(names: readonly string[]): string {
  const shown =
    names.length <= SHOWN_MAX
      ? names
      : [...names.slice(0, 5), `(${names.length - 9} more)`, ...names.slice(names.length - 4)];
  return [...shown, names[0] ?? ""].join(" -> ");
}
