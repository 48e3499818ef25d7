/** Priority, end to end: who comes first with one slot, what dependencies make of it, and that nothing starves. */
import { expect } from "chai";
import type { Handler, JobInput, JobView } from "../../worker-sdk/typescript/index.js";
import { expectAuditClean, expectNoDatabaseErrors } from "../support/audit.js";
import { eventually } from "../support/eventually.js";
import { type Installation, openInstallation, type ServerProcess } from "../support/server-process.js";
import { startWorker } from "../support/workers.js";

const AGEING_MS = 1_500;
const HIGH = 5;
const LOW = 1;

describe("priority, end to end", function () {
  this.timeout(30_000);
  let installation: Installation;
  let server: ServerProcess;
  let queues = 0;

  before(async () => {
    installation = await openInstallation({
      MUSTER_AGEING_LOW_MS: String(AGEING_MS),
      MUSTER_AGEING_MEDIUM_MS: String(2 * AGEING_MS),
      MUSTER_SCHEDULER_INTERVAL_MS: "20",
    });
    server = await installation.startServer();
  });

  after(async () => {
    await installation?.close();
  });

  const freshQueue = (): string => `q${++queues}`;

  /** Keys in the order in which one slot got them, once `count` jobs have run. */
  async function orderOf(
    queue: string,
    count: number,
    handler: Handler = () => undefined,
  ): Promise<string[]> {
    const order: string[] = [];
    const noted: Handler = (job) => {
      order.push(job.json<string>());
      return handler(job);
    };
    const { stop } = await startWorker(server.address, { t: noted }, { queue, concurrency: 1, window: 1 });
    await eventually(() => order.length >= count, 15_000);
    await stop();
    return order;
  }

  /** A job whose payload is its key. */
  const job = (queue: string, key: string, more: Partial<JobInput> = {}): JobInput => ({
    type: "t",
    queue,
    key,
    payload: key,
    ...more,
  });

  async function submit(...jobs: readonly JobInput[]): Promise<string[]> {
    return (await server.client.submit(jobs)).map(({ id }) => id);
  }

  async function one(input: JobInput): Promise<string> {
    return (await server.client.submit(input)).id;
  }

  const priorityOf = ({ effectivePriority, priorityReason, prioritySourceJobId }: JobView) => ({
    effectivePriority,
    priorityReason,
    prioritySourceJobId,
  });

  it("gives one slot the high jobs before the medium ones before the low ones, each level in its order", async () => {
    const queue = freshQueue();
    for (const [key, priority] of [
      ["low-1", 1],
      ["medium-1", 3],
      ["high-1", 4],
      ["low-2", -10],
      ["medium-2", 2],
      ["high-2", 1000],
      ["high-3", 4],
    ] as const) {
      await one(job(queue, key, { priority }));
    }
    expect(await orderOf(queue, 7)).to.deep.equal([
      "high-1",
      "high-2",
      "high-3",
      "medium-1",
      "medium-2",
      "low-1",
      "low-2",
    ]);
  });

  it("keeps the order of one batch within a level", async () => {
    const queue = freshQueue();
    const keys = Array.from({ length: 50 }, (_, n) => `j${n}`);
    await submit(...keys.map((key) => job(queue, key)));
    expect(await orderOf(queue, 50)).to.deep.equal(keys);
  });

  it("gives a graph in the order of its critical path what its end waits for first, and delays nobody else", async () => {
    const queue = freshQueue();
    const expected = (key: string, seconds: number, more: Partial<JobInput> = {}): JobInput =>
      job(queue, key, { expectedDurationMs: seconds * 1_000, ...more });
    const jobs = [
      expected("short", 10),
      expected("middle", 30),
      expected("first", 40),
      expected("second", 60, { dependsOn: ["first"] }),
      expected("urgent", 5, { priority: HIGH }),
    ];
    await server.client.submitGraph({ jobs, order: "critical-path" });
    await one(job(queue, "another's"));
    expect(await orderOf(queue, 6)).to.deep.equal([
      "urgent",
      "first",
      "another's",
      "second",
      "middle",
      "short",
    ]);
    const plainQueue = freshQueue();
    await server.client.submitGraph({ jobs: jobs.map((input) => ({ ...input, queue: plainQueue })) });
    const plain = await orderOf(plainQueue, 5);
    expect(plain).to.deep.equal(["urgent", "short", "middle", "first", "second"]);
  });

  it("keeps that order in a worker that holds them, also among those that come later", async () => {
    const queue = freshQueue();
    const order: string[] = [];
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const note: Handler = async (context) => {
      order.push(context.json<string>());
      await released;
    };
    const { stop } = await startWorker(server.address, { t: note }, { queue, concurrency: 1, window: 10 });
    await one(job(queue, "has the slot"));
    await eventually(() => order.length === 1, 15_000);
    const expected = (key: string, seconds: number): JobInput =>
      job(queue, key, { expectedDurationMs: seconds * 1_000 });
    const graph = {
      jobs: [expected("may wait", 10), expected("may not", 100)],
      order: "critical-path",
    } as const;
    const ids = (await server.client.submitGraph(graph)).jobs.map(({ id }) => id);
    ids.push(await one(job(queue, "another's")));
    const isHeld = async (id: string): Promise<boolean> => (await server.client.get(id)).state === "running";
    await eventually(async () => (await Promise.all(ids.map(isHeld))).every(Boolean), 15_000);
    release();
    await eventually(() => order.length === 4, 15_000);
    await stop();
    expect(order).to.deep.equal(["has the slot", "may not", "another's", "may wait"]);
  });

  it("keeps level and place across a retry", async () => {
    const queue = freshQueue();
    await one(job(queue, "fails-once", { priority: HIGH, backoff: { kind: "fixed", baseMs: 1, jitter: 0 } }));
    for (const key of ["m1", "m2", "m3"]) await one(job(queue, key));
    let other: Promise<unknown> = Promise.resolve();
    const order = await orderOf(queue, 5, async (context) => {
      if (context.json() !== "fails-once" || context.attempt > 1) {
        await other;
        return;
      }
      // The next job holds the slot until the retry is ready.
      other = eventually(async () => (await server.client.get(context.id)).state === "ready", 5_000);
      throw new Error("once");
    });
    expect(order).to.deep.equal(["fails-once", "m1", "fails-once", "m2", "m3"]);
  });

  it("raises a dependent to the highest of its parents and never lowers it", async () => {
    const queue = freshQueue();
    const [high, , child, proud] = await submit(
      job(queue, "high", { priority: HIGH }),
      job(queue, "low", { priority: LOW }),
      job(queue, "child", { priority: LOW, dependsOn: ["high", "low"] }),
      job(queue, "proud", { priority: LOW, dependsOn: ["high"], inheritPriority: false }),
      job(queue, "higher", { priority: 9, dependsOn: ["high"], inheritPriority: false }),
    );
    const view = await server.client.get(child ?? "");
    expect(view.priority).to.equal(LOW);
    expect(priorityOf(view)).to.deep.equal({
      effectivePriority: HIGH,
      priorityReason: "inherited",
      prioritySourceJobId: high,
    });
    expect(priorityOf(await server.client.get(proud ?? ""))).to.include({
      effectivePriority: LOW,
      priorityReason: "own",
    });
    const late = await one(job(queue, "late", { priority: LOW, dependsOn: [high ?? ""] }));
    expect(priorityOf(await server.client.get(late))).to.include({ priorityReason: "inherited" });
  });

  it("raises waiting parents to their most urgent dependent, live and transitively, and undoes it", async () => {
    const queue = freshQueue();
    const [grandparent] = await submit(job(queue, "grandparent", { priority: LOW }));
    const parent = await one(job(queue, "parent", { priority: LOW, dependsOn: [grandparent ?? ""] }));
    await one(job(queue, "between"));
    expect(priorityOf(await server.client.get(grandparent ?? ""))).to.deep.equal({
      effectivePriority: LOW,
      priorityReason: "own",
      prioritySourceJobId: "",
    });
    const urgent = await one(job(queue, "urgent", { priority: HIGH, dependsOn: [parent] }));
    expect(priorityOf(await server.client.get(parent))).to.deep.equal({
      effectivePriority: HIGH,
      priorityReason: "raised",
      prioritySourceJobId: urgent,
    });
    expect(priorityOf(await server.client.get(grandparent ?? ""))).to.deep.include({
      effectivePriority: HIGH,
      priorityReason: "raised",
    });

    await server.client.cancel(urgent);
    for (const id of [parent, grandparent ?? ""]) {
      // A transaction of its own right behind the cancel.
      const lowered = async () => priorityOf(await server.client.get(id)).effectivePriority === LOW;
      await eventually(lowered, 2_000);
      expect(await server.client.get(id)).to.include({
        priority: LOW,
        priorityReason: "own",
        prioritySourceJobId: "",
      });
    }
    // Its hint was moved to high and must have come back: the medium job goes first.
    expect(await orderOf(queue, 3)).to.deep.equal(["between", "grandparent", "parent"]);
  });

  it("queues a raised parent at its new level", async () => {
    const queue = freshQueue();
    const [, , low] = await submit(job(queue, "m1"), job(queue, "m2"), job(queue, "low", { priority: LOW }));
    await one(job(queue, "urgent", { priority: HIGH, dependsOn: [low ?? ""] }));
    expect(await orderOf(queue, 4)).to.deep.equal(["low", "urgent", "m1", "m2"]);
  });

  it("lets a job that has waited long enough pass younger ones of a higher level", async () => {
    const queue = freshQueue();
    const old = await one(job(queue, "old", { priority: LOW }));
    const readyMs = (await server.client.get(old)).readyAt?.getTime() ?? 0;
    await eventually(() => Date.now() > readyMs + AGEING_MS + 200, 5_000);
    for (const key of ["medium-1", "medium-2"]) await one(job(queue, key));
    await one(job(queue, "high", { priority: HIGH }));
    expect(await orderOf(queue, 4)).to.deep.equal(["high", "old", "medium-1", "medium-2"]);
    const view = await server.client.get(old);
    expect(view).to.include({ priority: LOW, effectivePriority: LOW });
  });

  it("lets it pass high ones, too, in the end", async () => {
    const queue = freshQueue();
    const old = await one(job(queue, "old", { priority: LOW }));
    const readyMs = (await server.client.get(old)).readyAt?.getTime() ?? 0;
    await eventually(() => Date.now() > readyMs + 2 * AGEING_MS + 200, 6_000);
    await one(job(queue, "high-1", { priority: HIGH }));
    await one(job(queue, "high-2", { priority: HIGH }));
    expect(await orderOf(queue, 3)).to.deep.equal(["old", "high-1", "high-2"]);
  });

  it("left the rows in order and Postgres without errors", async () => {
    await expectAuditClean(installation.database.url);
    await expectNoDatabaseErrors(installation.database);
  });
});
