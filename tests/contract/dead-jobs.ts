/** Jobs that die for the tests of dead letters and redrives, and the filter that takes every one of a namespace. */
import type { DeadLetterQuery } from "../../server/core/dead-letters.js";
import type { NewJob, Outcome } from "../../server/core/job.js";
import { freshName, type StoreWorld } from "./store-world.js";

export const ANY: Omit<DeadLetterQuery, "namespace"> = {
  jobIds: null,
  graphId: null,
  queue: null,
  type: null,
  fingerprint: null,
  reason: null,
  errorType: null,
  diedAfterMs: null,
  diedBeforeMs: null,
  isDiscarded: false,
};

export function broken(message: string, errorType = "Error"): Outcome {
  return {
    kind: "failed",
    error: { errorType, message, stackTrace: "" },
    nonRetryable: true,
    timedOut: false,
    retryAfterMs: null,
  };
}

/** Dead jobs in a namespace of their own, one for each message. */
export async function deadJobs(
  world: StoreWorld,
  messages: readonly string[],
  job: Partial<NewJob> = {},
): Promise<{ namespace: string; ids: number[] }> {
  const namespace = freshName("dead-");
  const ids = await world.submit(
    messages.map(() => job),
    { namespace },
  );
  await kill(world, ids, messages);
  return { namespace, ids };
}

export async function kill(
  world: StoreWorld,
  ids: readonly number[],
  messages: readonly string[],
): Promise<void> {
  await world.run(await world.register(), ids);
  for (const [at, id] of ids.entries()) {
    const { lease_epoch: epoch } = await world.row(id);
    await world.report(id, broken(messages[at] ?? ""), epoch);
  }
}
