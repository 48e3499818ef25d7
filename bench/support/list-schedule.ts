/**
 * What an order of a graph can reach at best: the makespan on so many slots if coordination took no time. Whenever a
 * slot is free the ready task that is first in the order takes it, as Muster's queue does; the bench's own arithmetic,
 * nothing of the server's.
 */
import type { BenchGraph } from "./graph-file.js";

export type Order = "ready" | "critical-path";

interface Ready {
  readonly task: number;
  readonly placeMs: number;
}

/** @param slots at least 1 */
export function listScheduleMs({ tasks }: BenchGraph, slots: number, order: Order): number {
  const children = tasks.map((): number[] => []);
  for (const [task, { parents }] of tasks.entries())
    for (const parent of parents) children[parent]?.push(task);
  const missing = tasks.map(({ parents }) => parents.length);
  const slackMs = order === "ready" ? tasks.map(() => 0) : slacks(tasks, children);
  const ready: Ready[] = [];
  const running: { readonly task: number; readonly endMs: number }[] = [];
  let nowMs = 0;
  const enter = (task: number): void => {
    const placeMs = nowMs + (slackMs[task] ?? 0);
    insert(ready, { task, placeMs }, (other) => other.placeMs > placeMs);
  };
  for (const task of tasks.keys()) if (missing[task] === 0) enter(task);
  for (;;) {
    while (running.length < slots) {
      const next = ready.shift();
      if (next === undefined) break;
      const endMs = nowMs + (tasks[next.task]?.runtimeMs ?? 0);
      insert(running, { task: next.task, endMs }, (other) => other.endMs > endMs);
    }
    const ended = running.shift();
    if (ended === undefined) return nowMs;
    nowMs = ended.endMs;
    for (const child of children[ended.task] ?? []) {
      missing[child] = (missing[child] ?? 0) - 1;
      if (missing[child] === 0) enter(child);
    }
  }
}

/** How much later than it could each task may start without delaying the end. */
function slacks(tasks: BenchGraph["tasks"], children: readonly (readonly number[])[]): number[] {
  const starts: number[] = [];
  for (const { parents } of tasks)
    starts.push(
      Math.max(0, ...parents.map((parent) => (starts[parent] ?? 0) + (tasks[parent]?.runtimeMs ?? 0))),
    );
  const toGo = new Array<number>(tasks.length).fill(0);
  for (let task = tasks.length - 1; task >= 0; task--) {
    const after = Math.max(0, ...(children[task] ?? []).map((child) => toGo[child] ?? 0));
    toGo[task] = (tasks[task]?.runtimeMs ?? 0) + after;
  }
  const wholeMs = Math.max(0, ...toGo);
  return starts.map((startMs, task) => wholeMs - startMs - (toGo[task] ?? 0));
}

/** Before the first that comes later; behind its equals. */
function insert<T>(list: T[], item: T, isLater: (other: T) => boolean): void {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isLater(list[middle] as T)) high = middle;
    else low = middle + 1;
  }
  list.splice(low, 0, item);
}
