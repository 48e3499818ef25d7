/**
 * A work graph as the jobs that the client submits. The file's own settings win over the command's. Pure.
 */
import type { JobInput } from "../../../worker-sdk/typescript/index.js";
import { remainingLengths } from "../graph/critical-path.js";
import { labelText } from "../graph/task-key.js";
import type { WorkGraph } from "../graph/work-graph.js";

export interface JobDefaults {
  readonly type: string;
  readonly queue: string;
  /** Undefined: the server's default. */
  readonly priority: number | undefined;
  /** True: what has the longest way to go comes first. */
  readonly criticalPathFirst: boolean;
}

export function graphJobs(graph: WorkGraph, defaults: JobDefaults): JobInput[] {
  const priorities = defaults.criticalPathFirst ? priorityByRemaining(graph) : null;
  return graph.tasks.map((task, position) => {
    const { settings } = task;
    const ranked = priorities?.[position];
    const priority = settings.priority ?? ranked ?? defaults.priority;
    return {
      key: task.key,
      type: settings.type ?? defaults.type,
      queue: settings.queue ?? defaults.queue,
      dependsOn: task.parents,
      labels: { task: labelText(task.name), ...settings.labels },
      ...(task.payload !== null && { payload: task.payload }),
      ...(priority !== undefined && { priority }),
      // Every parent has a longer way to go than its child; inheriting would make all of them equal.
      ...(ranked !== undefined && settings.priority === undefined && { inheritPriority: false }),
      ...(settings.maxAttempts !== undefined && { maxAttempts: settings.maxAttempts }),
      ...(settings.onParentFailure !== undefined && { onParentFailure: settings.onParentFailure }),
      ...(settings.executionTimeoutSeconds !== undefined && {
        executionTimeoutMs: settings.executionTimeoutSeconds * 1000,
      }),
      ...(settings.startTimeoutSeconds !== undefined && {
        startTimeoutMs: settings.startTimeoutSeconds * 1000,
      }),
      ...(settings.progressTimeoutSeconds !== undefined && {
        progressTimeoutMs: settings.progressTimeoutSeconds * 1000,
      }),
      ...(settings.headers !== undefined && { headers: settings.headers }),
    };
  });
}

/** Queues that the jobs go to, each once. */
export function queuesOf(jobs: readonly JobInput[]): Set<string> {
  return new Set(jobs.map((job) => job.queue ?? "default"));
}

/**
 * The queue knows three levels, so three thirds of the longest remaining path: 4 (high), 3 (medium), 1 (low).
 * Inside a level the server keeps the order in which jobs became ready.
 */
function priorityByRemaining(graph: WorkGraph): number[] {
  const lengths = remainingLengths(
    graph,
    graph.tasks.map((task) => task.runtimeSeconds),
  );
  const longest = lengths.reduce((max, length) => Math.max(max, length), 0);
  return lengths.map((length) => {
    if (length * 3 >= longest * 2) return 4;
    return length * 3 >= longest ? 3 : 1;
  });
}
