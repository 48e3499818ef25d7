/** What Redis can do on this machine as a ready queue: one round trip, and sorted-set entries put and taken in bulk. */
import { Redis } from "ioredis";
import type { Scenario } from "../scenario.js";
import { monoUs } from "../support/clock.js";
import { latencyOf } from "../support/moments.js";

const ROUND_TRIPS_MAX = 2_000;

export const limitRedis: Scenario = {
  name: "limit-redis",
  shows: "Redis alone: one round trip, and entries of a sorted set put and taken in batches",
  uses: ["jobs", "batch"],
  parameters: { jobs: 50_000, batch: 100 },
  servers: 0,
  async setup(bench) {
    const { jobs, batch } = bench.parameters;
    const redis = new Redis(bench.redisUrl);
    const key = `${bench.queue}-${process.pid}`;
    return {
      async run() {
        const trips: number[] = [];
        for (let at = 0; at < Math.min(ROUND_TRIPS_MAX, jobs); at++) {
          const startUs = monoUs();
          await redis.zadd(key, at, `trip-${at}`);
          trips.push((monoUs() - startUs) / 1_000);
        }
        await redis.del(key);
        const startUs = monoUs();
        for (let from = 0; from < jobs; from += batch) {
          const members = Array.from({ length: batch }, (_, at) => [from + at, `member-${from + at}`]);
          await redis.zadd(key, ...members.flat());
        }
        const filledUs = monoUs();
        for (let taken = 0; taken < jobs; taken += batch) await redis.zpopmin(key, batch);
        const emptiedUs = monoUs();
        return [
          latencyOf("one entry put", trips),
          { kind: "figure", name: "put", value: jobs / ((filledUs - startUs) / 1e6), unit: "entries/s" },
          { kind: "figure", name: "taken", value: jobs / ((emptiedUs - filledUs) / 1e6), unit: "entries/s" },
        ];
      },
      async teardown() {
        await redis.del(key);
        redis.disconnect();
      },
    };
  },
};
