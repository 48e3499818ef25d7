/**
 * A worker process that is to be killed: its handler saves a checkpoint and never returns. Run with the address of a
 * server, a queue and a worker id.
 */
import { Worker } from "../../worker-sdk/typescript/index.js";

const [address = "", queue = "", workerId = ""] = process.argv.slice(2);

await new Worker({
  address,
  queue,
  workerId,
  handlers: {
    t: (job) => {
      job.progress(0.5, "half way");
      job.saveCheckpoint({ row: 17, by: workerId, before: job.checkpoint?.json() });
      return new Promise<never>(() => undefined);
    },
  },
}).run();
