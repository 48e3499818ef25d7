/**
 * A work graph as the jobs that the client submits. The file's own settings win over the command's. Pure.
 */
import type { JobInput } from "../../../worker-sdk/typescript/index.js";
import { labelText } from "../graph/task-key.js";
import type { WorkGraph } from "../graph/work-graph.js";

export interface JobDefaults {
  readonly type: string;
  readonly queue: string;
  /** Undefined: the server's default. */
  readonly priority: number | undefined;
  /** Of a second of the recorded runtimes, which then say what lies on the critical path; null: none are told. */
  readonly expectedScale: number | null;
}

export function graphJobs(graph: WorkGraph, defaults: JobDefaults): JobInput[] {
  const { expectedScale } = defaults;
  return graph.tasks.map((task) => {
    const { settings } = task;
    const priority = settings.priority ?? defaults.priority;
    return {
      key: task.key,
      type: settings.type ?? defaults.type,
      queue: settings.queue ?? defaults.queue,
      dependsOn: task.parents,
      labels: { task: labelText(task.name), ...settings.labels },
      ...(task.payload !== null && { payload: task.payload }),
      ...(priority !== undefined && { priority }),
      ...(expectedScale !== null && {
        expectedDurationMs: Math.max(1, Math.round(task.runtimeSeconds * expectedScale * 1000)),
      }),
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
