/** Workers and queues as operators see and switch them, over the real store; the ready queue is the in-process one. */
import { expect } from "chai";
import { Admin } from "../../server/coordinator/admin.js";
import { MusterError } from "../../server/core/errors.js";
import type { WorkerState } from "../../server/core/operations.js";
import { ReadyQueueDown, type Nudge, type ReadyQueue } from "../../server/core/ports.js";
import { MemoryReadyQueue } from "../../server/queue/memory/ready-queue.js";
import { World } from "./store-views-world.js";
import { NO_LIMIT_STORE } from "../support/no-limits.js";

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof MusterError) return error.code;
    throw error;
  }
  return "no error";
}

describe("Admin", function () {
  this.timeout(60_000);
  let world: World;
  let readyQueue: MemoryReadyQueue;
  let announced: Nudge[];
  let admin: Admin;

  const withReadyQueue = (queue: Pick<ReadyQueue, "depth" | "isUp">): Admin =>
    new Admin({
      views: world.views,
      store: world.store,
      readyQueue: queue,
      announce: (nudge) => announced.push(nudge),
      limitStore: NO_LIMIT_STORE,
      onLimits: () => Promise.resolve(),
      doctor: { diagnose: () => Promise.reject(new Error("nobody asked")) },
    });

  beforeEach(async () => {
    world = await World.open();
    readyQueue = new MemoryReadyQueue();
    announced = [];
    admin = withReadyQueue(readyQueue);
  });
  afterEach(() => world.close());

  it("shows a worker as it registered and as its last heartbeat said", async () => {
    const { sessionId, epoch } = await world.register("w1", { queues: ["video", "audio"] });
    const load = { cpuFraction: 0.5, rssBytes: 5_000_000_000, loopLagMs: 12 };
    await world.store.renew([{ sessionId, epoch, inFlight: 4, load }], 30_000);
    const worker = await admin.getWorker("default", "w1");
    expect(worker).to.deep.include({
      namespace: "default",
      workerId: "w1",
      workerName: "w1 by name",
      state: "online",
      sessionId,
      sessionEpoch: epoch,
      serverId: "replica-1",
      instanceId: "w1-instance",
      subscriptions: [
        { queue: "video", jobTypes: ["resize"], maxInFlight: 3 },
        { queue: "audio", jobTypes: ["resize"], maxInFlight: 3 },
      ],
      maxInFlight: 32,
      inFlight: 4,
      labels: { zone: "a" },
      sdk: "typescript/1",
      buildId: "build-7",
      load,
      endReason: null,
    });
    expect(worker.lastHeartbeatAt).to.be.instanceOf(Date);
    expect(worker.leaseExpiresAt?.getTime()).to.be.greaterThan(worker.registeredAt.getTime());
    expect(await codeOf(admin.getWorker("other", "w1"))).to.equal("WORKER_NOT_FOUND");
    expect(await codeOf(admin.getWorker("default", "w2"))).to.equal("WORKER_NOT_FOUND");
  });

  it("lists workers page by page, by state, each with its newest session", async () => {
    const list = async (states: readonly WorkerState[], pageSize = 2): Promise<string[]> => {
      const found: string[] = [];
      let pageToken: string | null = null;
      do {
        const page = await admin.listWorkers({ namespace: "default", states, pageSize, pageToken });
        expect(page.workers.length).to.be.at.most(pageSize);
        found.push(...page.workers.map((worker) => `${worker.workerId} ${worker.state}`));
        pageToken = page.nextPageToken;
      } while (pageToken !== null);
      return found;
    };
    for (const name of ["a", "b", "c", "d"]) await world.register(name);
    await world.register("elsewhere", { namespace: "other" });
    const left = await world.register("left");
    const lost = await world.register("lost");
    await world.store.endSessions([left], "offline", "drained");
    await world.store.endSessions([lost], "lost", "lease_expired");
    const back = await world.register("back");
    await world.store.endSessions([back], "lost", "lease_expired");
    const again = await world.register("back");
    await world.store.markDraining([again.sessionId]);

    const live = ["a online", "b online", "c online", "d online", "back draining"];
    expect(await list(["online", "suspect", "draining"])).to.deep.equal(live);
    expect(await list(["draining"])).to.deep.equal(["back draining"]);
    expect(await list(["lost", "offline"])).to.deep.equal(["left offline", "lost lost"]);
    expect(await list([], 3)).to.have.members([...live, "left offline", "lost lost"]);
    expect((await admin.getWorker("default", "left")).endReason).to.equal("drained");
    const wrong = { namespace: "default", states: [], pageSize: 2, pageToken: "nonsense" };
    expect(await codeOf(admin.listWorkers(wrong))).to.equal("INVALID_REQUEST");
  });

  it("drains a worker: no more assignments, an order for its replica, and a nudge", async () => {
    const session = await world.register("w1");
    const { ids } = await world.submit([{}]);
    expect(await admin.drainWorker("default", "w1", 60_000)).to.deep.equal({
      state: "draining",
      inFlight: 0,
    });
    const claimed = await world.store.claim([{ ...session, jobId: ids[0] ?? 0 }]);
    expect(claimed.assignments).to.deep.equal([]);
    const orders = await world.store.ordersFor([session]);
    expect(
      orders.map(({ kind, jobId, reason, graceMs }) => ({ kind, jobId, reason, graceMs })),
    ).to.deep.equal([{ kind: "drain", jobId: null, reason: "operator", graceMs: 60_000 }]);
    expect(announced).to.deep.equal([{ kind: "session_orders", sessionId: session.sessionId }]);

    await world.store.endSessions([session], "offline", "drained");
    expect((await admin.drainWorker("default", "w1", 1)).state).to.equal("offline");
    expect(announced).to.have.length(1);
    expect(await codeOf(admin.drainWorker("default", "nobody", 1))).to.equal("WORKER_NOT_FOUND");
  });

  it("counts queues, by the ready queue when it is there and by Postgres when it is away", async () => {
    const far = Date.now() + 3_600_000;
    const { ids } = await world.submit(
      [
        { priority: 9 },
        { priority: 3 },
        { priority: 0 },
        { priority: 0 },
        { runAtMs: far },
        { priority: 0, inheritPriority: false, siblingParents: [2] },
      ],
      { queue: "video" },
    );
    await world.store.resolveQueues([{ namespace: "default", name: "empty" }]);
    await world.submit([{}], { namespace: "other", queue: "video" });
    const session = await world.register("w1", { queues: ["video"] });
    await world.register("w2", { queues: ["video", "empty"] });
    await world.register("w3", { queues: ["video"], namespace: "other" });
    await world.claim(session, [ids[3] ?? 0]);
    const counted = { scheduled: 1, blocked: 1, running: 1, workers: 2, paused: false };

    await readyQueue.put({ namespace: "default", name: "video" }, [
      { jobId: ids[0] ?? 0, type: "resize", level: "high", readyUs: 1 },
    ]);
    const [empty, video, ...more] = await admin.listQueues("default");
    expect(more).to.deep.equal([]);
    expect(empty).to.deep.include({ name: "empty", workers: 1, running: 0, oldestReadyAt: null });
    expect(video).to.deep.include({ name: "video", readyHigh: 1, readyMedium: 0, readyLow: 0, ...counted });
    expect(video?.oldestReadyAt).to.be.instanceOf(Date);

    const away = { isUp: () => false, depth: () => Promise.reject(new Error("asked although it is away")) };
    const failing = { isUp: () => true, depth: () => Promise.reject(new ReadyQueueDown("just now")) };
    for (const queue of [away, failing]) {
      const shown = (await withReadyQueue(queue).listQueues("default"))[1];
      expect(shown).to.deep.include({ readyHigh: 1, readyMedium: 1, readyLow: 1, ...counted });
    }
  });

  it("pauses and resumes a queue, also one without jobs, and tells the replicas of each change", async () => {
    const key = { namespace: "default", name: "video" };
    expect(await codeOf(admin.resumeQueue("default", "video"))).to.equal("QUEUE_NOT_FOUND");
    expect(await admin.pauseQueue("default", "video")).to.deep.equal({ changed: true });
    expect(await admin.pauseQueue("default", "video")).to.deep.equal({ changed: false });
    expect((await admin.listQueues("default"))[0]).to.include({ name: "video", paused: true });
    const { ids } = await world.submit([{}], { queue: "video" });
    const session = await world.register("w1", { queues: ["video"] });
    expect((await world.store.claim([{ ...session, jobId: ids[0] ?? 0 }])).assignments).to.deep.equal([]);
    expect(await admin.resumeQueue("default", "video")).to.deep.equal({ changed: true });
    expect(await admin.resumeQueue("default", "video")).to.deep.equal({ changed: false });
    await world.claim(session, ids);
    const nudge = { kind: "queue_changed", queue: key };
    expect(announced).to.deep.equal([nudge, nudge]);
  });
});
