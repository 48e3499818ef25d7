// bee-queue on Redis: the fastest of the Redis queues, with the fewest promises. Nothing is kept of finished jobs.
import Queue from "bee-queue";

function open(place, isWorker) {
  const url = new URL(place.redisUrl);
  const redis = { host: url.hostname, port: Number(url.port) };
  const quiet = { getEvents: false, sendEvents: false, storeJobs: false, removeOnSuccess: true };
  return new Queue(place.queue, { redis, prefix: place.prefix, isWorker, ...quiet });
}

export const beeQueue = {
  async producer(place) {
    const queue = open(place, false);
    await queue.ready();
    return {
      add: (payload) => queue.createJob(payload).save(),
      async addMany(payloads) {
        const failed = await queue.saveAll(payloads.map((payload) => queue.createJob(payload)));
        if (failed.size > 0) throw new Error(`${failed.size} jobs were not saved`);
      },
      close: () => queue.close(),
    };
  },
  async consumer(place, handle) {
    const queue = open(place, true);
    await queue.ready();
    queue.process(50, async (job) => handle(job.data));
    return { close: () => queue.close() };
  },
};
