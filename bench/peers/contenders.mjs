// Every peer by the name under which the bench asks for it. Imported by the bench's producer and by worker.mjs.
import { beeQueue } from "./adapters/bee-queue.mjs";
import { bullmq } from "./adapters/bullmq.mjs";
import { graphileWorker } from "./adapters/graphile-worker.mjs";
import { pgBoss } from "./adapters/pg-boss.mjs";

export const contenders = {
  "bullmq-redis": bullmq("redis"),
  "bullmq-postgres": bullmq("postgres"),
  "bee-queue": beeQueue,
  "pg-boss": pgBoss,
  "graphile-local-queue": graphileWorker(true),
  graphile: graphileWorker(false),
};
