// pg-boss on Postgres: batches of 500 where throughput counts, NOTIFY where latency does. Finished jobs are kept.
import { PgBoss } from "pg-boss";

const THROUGHPUT = { batchSize: 500, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 };
const LATENCY = { batchSize: 10, pollingIntervalSeconds: 0.5 };

async function open(place) {
  const boss = new PgBoss({ connectionString: place.databaseUrl, max: 10, useListenNotify: true });
  boss.on("error", (error) => console.error(error));
  await boss.start();
  await boss.createQueue(place.queue, { notify: true });
  return boss;
}

const stop = (boss) => boss.stop({ graceful: false });

export const pgBoss = {
  async producer(place) {
    const boss = await open(place);
    return {
      add: (payload) => boss.send(place.queue, payload),
      addMany: (payloads) =>
        boss.insert(
          place.queue,
          payloads.map((data) => ({ data })),
        ),
      close: () => stop(boss),
    };
  },
  async consumer(place, handle, isForLatency) {
    const boss = await open(place);
    await boss.work(place.queue, isForLatency ? LATENCY : THROUGHPUT, async (jobs) => {
      for (const job of jobs) handle(job.data);
    });
    return { close: () => stop(boss) };
  },
};
