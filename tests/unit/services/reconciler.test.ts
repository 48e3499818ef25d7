/** The reconciler keeps the ready queue equal to Postgres: what was lost comes back, in bounded rounds. */
import { expect } from "chai";
import { QueueDirectory } from "../../../server/coordinator/queue-directory.js";
import { NO_METRICS } from "../../../server/core/metrics.js";
import { NO_LOG } from "../../../server/core/ports.js";
import type { ChangedJob } from "../../../server/core/settlement.js";
import { Reconciler } from "../../../server/services/reconciler.js";
import { eventually } from "../../support/eventually.js";
import { readyJob } from "../coordinator/session-room.js";
import { KEY, WatchedQueue } from "./dispatcher-room.js";
import { UNLIMITED } from "../../support/no-limits.js";

describe("the reconciler", () => {
  let queue: WatchedQueue;
  let jobs: ChangedJob[];
  let pages: number;
  let puts: number;
  let repaired: number;
  let queueIds: number[];
  const inHand = new Set<number>();
  let reconciler: Reconciler;

  beforeEach(() => {
    queue = new WatchedQueue();
    jobs = [];
    pages = 0;
    puts = 0;
    repaired = 0;
    queueIds = [1, 2];
    inHand.clear();
    const rows = () =>
      Promise.resolve(
        queueIds.map((id) => ({ id, namespace: "default", name: `q${id}`, paused: false, ...UNLIMITED })),
      );
    reconciler = new Reconciler({
      store: {
        readyPage: (queueId, afterId, limit) => {
          pages++;
          return Promise.resolve(
            jobs.filter((job) => job.queueId === queueId && job.id > afterId).slice(0, limit),
          );
        },
        staleRaises: () => Promise.resolve([7]),
        lowerAncestors: (ended) =>
          Promise.resolve(ended.map((id) => readyJob(id + 1, { effectivePriority: 1 }))),
      },
      readyQueue: queue,
      queues: new QueueDirectory({ resolveQueues: rows, listQueueRows: rows }),
      metrics: { ...NO_METRICS, driftRepaired: (hints) => (repaired += hints) },
      logger: NO_LOG,
      intervalMs: 1_000_000,
      isInHand: (jobId) => inHand.has(jobId),
      turnsAfter: () => Promise.resolve({ jobs: [], lastKey: null }),
      onPut: () => puts++,
    });
  });

  afterEach(() => reconciler.stop());

  const readyJobs = (count: number): ChangedJob[] =>
    Array.from({ length: count }, (_, at) => readyJob(at + 1));

  it("moves the hints of jobs that an ended dependent had raised and nobody lowered", async () => {
    await queue.put(KEY, [{ jobId: 8, type: "t", level: "high", readyUs: Date.now() * 1_000 }]);
    await reconciler.refill();
    await reconciler.lowerStale();
    expect(await queue.depth(KEY)).to.deep.equal({ high: 0, medium: 0, low: 1 });
  });

  it("comes to every queue, however many there are and however long the first ones are", async () => {
    queueIds = Array.from({ length: 600 }, (_, at) => at + 1);
    jobs = [
      ...Array.from({ length: 30_000 }, (_, at) => readyJob(at + 1)),
      readyJob(90_001, { queueId: 12 }),
      readyJob(90_002, { queueId: 600 }),
    ];
    const depthOf = async (id: number) =>
      (await queue.depth({ namespace: "default", name: `q${id}` })).medium;
    for (let round = 0; round < 5; round++) await reconciler.runOnce();
    expect([await depthOf(1), await depthOf(12), await depthOf(600)]).to.deep.equal([30_000, 1, 1]);
  });

  it("puts back the hints that are missing, and only those", async () => {
    jobs = [...readyJobs(3), readyJob(9, { queueId: 2 })];
    await queue.put(KEY, [{ jobId: 1, type: "t", level: "medium", readyUs: Date.now() * 1_000 }]);
    inHand.add(2);
    await reconciler.runOnce();
    expect([repaired, puts]).to.deep.equal([2, 2]);
    const { hints: taken } = await queue.take(KEY, { max: 10, types: null });
    expect(taken.map((hint) => hint.jobId)).to.have.members([1, 3]);
    await reconciler.runOnce();
    expect(repaired, "1 and 3 were taken and are in nobody's hands").to.equal(4);
  });

  it("walks through a long queue over several rounds, each of them bounded", async () => {
    jobs = readyJobs(45_000);
    const perRound: number[] = [];
    for (let round = 0; round < 3; round++) {
      pages = 0;
      await reconciler.runOnce();
      perRound.push(pages);
    }
    expect(Math.max(...perRound), "10 pages of the long one, and one of the other").to.be.at.most(11);
    expect(repaired).to.equal(45_000);
    expect((await queue.depth(KEY)).medium).to.equal(45_000);
  });

  it("fills the queue from Postgres when its data is new or was lost", async () => {
    jobs = [...readyJobs(4_500), readyJob(9_999, { queueId: 2 })];
    reconciler.start();
    await eventually(async () => (await queue.depth(KEY)).medium === 4_500, 2_000);
    expect((await queue.depth({ namespace: "default", name: "q2" })).medium).to.equal(1);
    await eventually(() => puts === 1, 1_000);
  });

  it("leaves everything as it is while the ready queue is away", async () => {
    jobs = readyJobs(3);
    queue.up = false;
    await reconciler.runOnce();
    expect([pages, queue.puts]).to.deep.equal([0, 0]);
    queue.up = true;
    await reconciler.runOnce();
    expect(repaired).to.equal(3);
  });
});
