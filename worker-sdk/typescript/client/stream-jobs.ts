/**
 * Bulk submission over one client stream: writes batches as fast as the server takes them. A refused batch
 * ends the call at once, also while the source of batches is still asleep.
 */
import { services } from "../../../proto/load.js";
import type { Calls } from "./calls.js";
import { toJobSpec, type JobInput } from "./job-input.js";

export async function streamJobs(
  calls: Calls,
  namespace: string,
  batches: AsyncIterable<readonly JobInput[]> | Iterable<readonly JobInput[]>,
): Promise<{ readonly acceptedJobs: number; readonly acceptedBatches: number }> {
  const { call, answer } = await calls.clientStream(services().jobs.JobsService.service.StreamJobs);
  const source = iteratorOf(batches);
  let isOver = false;
  const writing = (async () => {
    for await (const jobs of { [Symbol.asyncIterator]: () => source }) {
      if (isOver) return;
      const request = { namespace, jobs: jobs.map(toJobSpec) };
      if (!call.write(request)) await writable(call);
    }
    isOver = true;
    call.end();
  })();
  // Nothing more is wanted of the source; one that is asleep ends when it wakes.
  const stop = async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    await source.return?.();
  };
  answer.then(stop, stop).catch(() => undefined);
  // A source that throws must not leave the call open.
  writing.catch(() => call.cancel());
  const response = await Promise.race([answer, writing.then(() => answer)]);
  return { acceptedJobs: response.acceptedJobs ?? 0, acceptedBatches: response.acceptedMessages ?? 0 };
}

function iteratorOf<T>(batches: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
}

/** `drain` never fires once the peer is gone, so it races the end of the call. */
function writable(call: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ["drain", "close", "status"]) call.off(event, done);
      resolve();
    };
    for (const event of ["drain", "close", "status"]) call.on(event, done);
  });
}
