/**
 * A graph of work as the command line holds it, whatever file it came from: tasks with parents by key, a payload
 * and a recorded runtime. `workGraph` is the only maker: it refuses duplicate keys, unknown parents and circles,
 * so that every holder of a WorkGraph may rely on `order`. Nothing here knows of files, clients or clocks.
 */
import { badInput } from "../exit-codes.js";

export interface WorkTask {
  /** Unique in the graph; printable, 1 to 200 characters. */
  readonly key: string;
  /** The task's full name for people. */
  readonly name: string;
  /** Keys of the tasks that have to succeed first; no duplicates. */
  readonly parents: readonly string[];
  /** As recorded or given; 0 when unknown. */
  readonly runtimeSeconds: number;
  /** JSON that the handler gets, or null for none. */
  readonly payload: unknown;
  /** What the file says about how to run it; absent: the command's or the server's default. */
  readonly settings: TaskSettings;
}

export interface TaskSettings {
  readonly type?: string;
  readonly queue?: string;
  readonly priority?: number;
  readonly maxAttempts?: number;
  readonly onParentFailure?: "cancel" | "run" | "fail";
  readonly executionTimeoutSeconds?: number;
  readonly startTimeoutSeconds?: number;
  readonly progressTimeoutSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface WorkGraph {
  readonly name: string;
  readonly format: "wfformat" | "muster" | "package-lock";
  readonly tasks: readonly WorkTask[];
  /** For each task the positions of its parents in `tasks`. */
  readonly parentPositions: readonly (readonly number[])[];
  /** Positions, every parent before its children. */
  readonly order: readonly number[];
  readonly edgeCount: number;
  /** For the whole graph; absent: none. */
  readonly timeoutSeconds?: number;
  /** What the reader had to decide, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * @param path how the file names its list of tasks, for errors, e.g. `workflow.specification.tasks`
 * @param parentField how a task names its parents, e.g. `parents`
 * @throws CliError (bad input) for an empty graph, a key used twice, an unknown parent or a circle
 */
export function workGraph(
  parts: Pick<WorkGraph, "name" | "format" | "tasks" | "notes" | "timeoutSeconds">,
  path: string,
  parentField: string,
): WorkGraph {
  if (parts.tasks.length === 0) throw badInput(path, "at least one task", "none");
  const positions = new Map<string, number>();
  for (const [position, task] of parts.tasks.entries()) {
    if (positions.has(task.key)) {
      throw badInput(`${path}[${position}]`, "a name used once", `${JSON.stringify(task.name)} again`);
    }
    positions.set(task.key, position);
  }
  const parentPositions = parts.tasks.map((task, position) =>
    task.parents.map((parent, index) => {
      const found = positions.get(parent);
      if (found !== undefined) return found;
      const field = `${path}[${position}] (${task.name}).${parentField}[${index}]`;
      throw badInput(field, "the name of a task in this file", JSON.stringify(parent));
    }),
  );
  const order = topologicalOrder(parentPositions);
  if (order.length < parts.tasks.length) {
    const circle = findCircle(parentPositions, order).map((position) => parts.tasks[position]?.name ?? "?");
    throw badInput(path, "no circle of dependencies", shownCircle(circle));
  }
  const edgeCount = parentPositions.reduce((sum, parents) => sum + parents.length, 0);
  return { ...parts, parentPositions, order, edgeCount };
}

/** Positions in an order that has parents first; shorter than the input when there is a circle. */
function topologicalOrder(parents: readonly (readonly number[])[]): number[] {
  const open = parents.map((list) => list.length);
  const children: number[][] = parents.map(() => []);
  for (const [child, list] of parents.entries()) for (const parent of list) children[parent]?.push(child);
  const order = [...open.keys()].filter((position) => open[position] === 0);
  for (let next = 0; next < order.length; next++) {
    for (const child of children[order[next] ?? -1] ?? []) {
      const left = (open[child] ?? 0) - 1;
      open[child] = left;
      if (left === 0) order.push(child);
    }
  }
  return order;
}

/** One circle, each task after the one that it waits for. Every task left out of the order waits for another such. */
function findCircle(parents: readonly (readonly number[])[], order: readonly number[]): number[] {
  const settled = new Set(order);
  let position = parents.findIndex((_, candidate) => !settled.has(candidate));
  const walked: number[] = [];
  while (!walked.includes(position)) {
    walked.push(position);
    position = parents[position]?.find((parent) => !settled.has(parent)) ?? position;
  }
  return walked.slice(walked.indexOf(position)).reverse();
}

function shownCircle(names: readonly string[]): string {
  const shown = names.length > 6 ? [...names.slice(0, 6), `${names.length - 6} more`] : names;
  return [...shown, names[0] ?? ""].join(" -> ");
}
