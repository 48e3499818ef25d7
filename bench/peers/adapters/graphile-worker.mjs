// Graphile Worker on Postgres, with and without its local queue. Rows of finished jobs are deleted.
import { Logger, makeWorkerUtils, run } from "graphile-worker";

const logger = new Logger(() => () => undefined);
const BATCHED = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };

export function graphileWorker(hasLocalQueue) {
  return {
    async producer(place) {
      const utils = await makeWorkerUtils({ connectionString: place.databaseUrl, maxPoolSize: 10, logger });
      await utils.migrate();
      return {
        add: (payload) => utils.addJob("bench", payload),
        addMany: (payloads) => utils.addJobs(payloads.map((payload) => ({ identifier: "bench", payload }))),
        close: () => utils.release(),
      };
    },
    async consumer(place, handle) {
      const worker = {
        connectionString: place.databaseUrl,
        concurrentJobs: 24,
        maxPoolSize: 26,
        logger,
        ...(hasLocalQueue && BATCHED),
      };
      const taskList = { bench: (payload) => handle(payload) };
      const runner = await run({ preset: { worker }, taskList, noHandleSignals: true });
      return { close: () => runner.stop() };
    },
  };
}
