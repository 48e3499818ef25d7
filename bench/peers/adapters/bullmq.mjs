// BullMQ, on Redis and on its Postgres backend: one API, two places. Finished jobs are kept, as by default.
import { createPostgresBackend, Queue, withBackend, Worker } from "bullmq";

const KEPT = { attempts: 3 };

function onRedis(place) {
  const url = new URL(place.redisUrl);
  const connection = { host: url.hostname, port: Number(url.port), maxRetriesPerRequest: null };
  return { Queue, Worker, options: { connection, prefix: place.prefix } };
}

function onPostgres(place, max) {
  const classes = withBackend(createPostgresBackend);
  const connection = { connectionString: place.databaseUrl, max, migrate: true };
  return { ...classes, options: { connection } };
}

export function bullmq(store) {
  const open = (place, max) => (store === "redis" ? onRedis(place) : onPostgres(place, max));
  return {
    async producer(place) {
      const { Queue: Jobs, options } = open(place, 20);
      const queue = new Jobs(place.queue, { ...options, defaultJobOptions: KEPT });
      await queue.waitUntilReady();
      return {
        add: (payload) => queue.add("bench", payload),
        addMany: (payloads) => queue.addBulk(payloads.map((data) => ({ name: "bench", data }))),
        close: () => queue.close(),
      };
    },
    async consumer(place, handle) {
      const { Worker: Runner, options } = open(place, 20);
      const worker = new Runner(place.queue, async (job) => handle(job.data), {
        ...options,
        concurrency: 50,
      });
      await worker.waitUntilReady();
      return { close: () => worker.close() };
    },
  };
}
