/** A worker that takes one rare type, of a queue full of others, gets its jobs soon and in their order. */
import { expect } from "chai";
import type { QueueKey, Taken, TakeOptions } from "../../server/core/ports.js";
import { RedisLink } from "../../server/queue/redis/link.js";
import { RedisReadyQueue } from "../../server/queue/redis/ready-queue.js";
import { eventually } from "../support/eventually.js";
import { freshKeyPrefix } from "../support/key-prefix.js";
import { testRedis } from "../support/services.js";
import { signal } from "../support/signal.js";
import { liveSession, readyJob } from "../unit/coordinator/session-room.js";
import { DispatcherRoom, KEY } from "../unit/services/dispatcher-room.js";

const OTHERS = 20_000;
const FIRST_OTHER = 1_000_000;

class WatchedRedisQueue extends RedisReadyQueue {
  readonly taken = signal<Taken>();

  override async take(queue: QueueKey, options: TakeOptions): Promise<Taken> {
    const taken = await super.take(queue, options);
    this.taken.fire(taken);
    return taken;
  }
}

describe("a rare type behind a long row of others", () => {
  let here: WatchedRedisQueue;
  let elsewhere: RedisReadyQueue;
  let room: DispatcherRoom;
  let baseUs: number;

  beforeEach(async () => {
    baseUs = Date.now() * 1_000; // not when the file is loaded: what has waited for minutes moves up a level
    const { url } = await testRedis();
    const prefix = freshKeyPrefix();
    const links = [new RedisLink({ url, prefix }), new RedisLink({ url, prefix })] as const;
    for (const link of links) expect(await link.untilUp(5_000)).to.equal(true);
    here = new WatchedRedisQueue(links[0]);
    elsewhere = new RedisReadyQueue(links[1]);
    // Its slow poll comes after the end of the test.
    room = await new DispatcherRoom(here).start();
    const others = Array.from({ length: OTHERS }, (_, at) => {
      return { jobId: FIRST_OTHER + at, type: "busy", level: "medium" as const, readyUs: baseUs + at };
    });
    await elsewhere.put(KEY, others);
  });

  afterEach(async () => {
    room.dispatcher.stop();
    await Promise.all([here.close(), elsewhere.close()]);
  });

  /** Ready on another replica. */
  async function putRare(jobId: number): Promise<void> {
    const job = readyJob(jobId, { type: "rare", readyUs: baseUs + OTHERS + jobId });
    room.ready.set(jobId, job);
    await elsewhere.put(KEY, [{ jobId, type: "rare", level: "medium", readyUs: baseUs + OTHERS + jobId }]);
  }

  function rareWorker() {
    const { session, stream } = liveSession({ maxInFlight: 1, queues: [{ queueId: 1, types: ["rare"] }] });
    stream.onAssign = ([given]) => {
      session.settle(given?.jobId ?? 0, 1);
      room.dispatcher.sessionChanged(session);
    };
    room.dispatcher.sessionChanged(session);
    return stream;
  }

  it("comes to a worker that waits in well under a second, also one put while it waits", async () => {
    await putRare(1);
    const startedMono = performance.now();
    const stream = rareWorker();
    await eventually(() => stream.assigned.length === 1, 2_000);
    expect(performance.now() - startedMono).to.be.below(700);
    // The pass that found it ends, and shows that there are no more.
    await eventually(() => here.taken.seen.at(-1)?.stoppedAt === null, 2_000);
    const putMono = performance.now();
    await putRare(2);
    await eventually(() => stream.assigned.length === 2, 2_000);
    expect(performance.now() - putMono).to.be.below(700);
    expect((await elsewhere.depth(KEY)).medium).to.equal(OTHERS);
  });

  it("is not overtaken by a newer job of its type that becomes ready here", async () => {
    await putRare(1);
    const stream = rareWorker();
    expect((await here.taken.next()).stoppedAt, "the first take does not come to the end").to.be.a("string");
    await new Promise((resolve) => setImmediate(resolve));
    room.offer(readyJob(2, { type: "rare", readyUs: baseUs + OTHERS + 2 }));
    await eventually(() => stream.assigned.length === 2, 2_000);
    expect(stream.assignedIds).to.deep.equal([1, 2]);
  });
});
