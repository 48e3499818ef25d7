/** `muster explain`, end to end: each blocker is brought about for real, and named; so is what resolves it. */
import { expect } from "chai";
import type { BlockerDetail, BlockerView } from "../../worker-sdk/typescript/index.js";
import { cli } from "../support/cli.js";
import { eventually } from "../support/eventually.js";
import { type Installation, openInstallation, type ServerProcess } from "../support/server-process.js";
import { signal } from "../support/signal.js";
import { startWorker } from "../support/workers.js";

const SOON_MS = 15_000;

describe("explain, end to end", function () {
  this.timeout(60_000);
  let installation: Installation;
  let server: ServerProcess;
  let queues = 0;

  before(async () => {
    installation = await openInstallation({ MUSTER_HEARTBEAT_INTERVAL_MS: "200" });
    server = await installation.startServer();
  });

  after(async () => {
    await installation?.close();
  });

  const freshQueue = (): string => `q${++queues}`;
  const blockersOf = async (id: string): Promise<readonly BlockerView[]> =>
    (await server.client.explain(id)).blockers;

  /** The first blocker, once it is of this reason. */
  async function untilFirst(id: string, reason: string): Promise<BlockerView> {
    return eventually(async () => {
      const [first] = await blockersOf(id);
      expect(first?.reason, first?.summary).to.equal(reason);
      return first;
    }, SOON_MS);
  }

  function detailOf<Kind extends BlockerDetail["kind"]>(blocker: BlockerView | undefined, kind: Kind) {
    const detail = blocker?.detail;
    if (detail?.kind !== kind) throw new Error(`expected a detail of kind ${kind}, got ${detail?.kind}`);
    return detail as Extract<BlockerDetail, { kind: Kind }>;
  }

  it("leads from a blocked job through what is blocked to the queue that nobody serves", async () => {
    const [queue, unserved] = [freshQueue(), freshQueue()];
    const { jobs } = await server.client.submitGraph({
      jobs: [
        { key: "load", type: "t", queue: unserved },
        { key: "clean", type: "t", queue, dependsOn: ["load"] },
        { key: "publish", type: "t", queue, dependsOn: ["clean"] },
      ],
    });
    const [load, clean, publish] = jobs.map((job) => job.id);
    const worker = await startWorker(server.address, { t: () => undefined }, { queue });
    const explanation = await server.client.explain(publish ?? "");
    expect(explanation).to.include({
      jobId: publish,
      key: "publish",
      state: "blocked",
      queue,
      moreParents: 0,
    });
    const [first] = explanation.blockers;
    expect(first?.reason).to.equal("parent");
    expect(first?.resolution).to.contain(`subscribes to queue ${unserved} with a handler for t`);
    const { chain, cut, pendingParents } = detailOf(first, "parent");
    expect(chain.map((step) => [step.jobId, step.state, step.reason])).to.deep.equal([
      [clean, "blocked", "parent"],
      [load, "ready", "no_subscriber"],
    ]);
    expect({ cut, pendingParents }).to.deep.equal({ cut: false, pendingParents: 1 });

    const { code, stdout } = await cli(["explain", publish ?? "", "--address", server.address]);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^# +BLOCKER +SINCE +UNTIL +WHY/m);
    expect(stdout).to.match(/^1: the chain to its root$/m);
    expect(stdout).to.match(new RegExp(`^${load} +load +ready`, "m"));
    await worker.stop();
  });

  it("says what the connected workers take instead, then that the slots are busy, by whom, and the place", async () => {
    const queue = freshQueue();
    const held = signal();
    const started = signal<string>();
    const handlers = {
      quick: () => undefined,
      slow: (job: { readonly id: string }) => {
        started.fire(job.id);
        return held.next(SOON_MS * 2);
      },
    };
    const [early] = await server.client.submit([{ type: "slow", queue }]);
    const other = await startWorker(server.address, { quick: handlers.quick }, { queue });
    const unserved = await untilFirst(early?.id ?? "", "no_subscriber");
    expect(unserved.since).to.be.instanceOf(Date);
    const { subscribed } = detailOf(unserved, "subscribers");
    expect(subscribed).to.deep.include({ queue, jobTypes: ["quick"], sessions: 1 });

    const worker = await startWorker(server.address, handlers, {
      queue,
      workerId: "the-one",
      concurrency: 1,
      window: 1,
    });
    expect(await started.next(SOON_MS)).to.equal(early?.id);
    const submitted = await server.client.submit([
      { type: "slow", queue, priority: 3 },
      { type: "slow", queue, priority: 9 },
      { type: "slow", queue, priority: 1 },
    ]);
    const low = submitted[2]?.id ?? "";
    const busy = await untilFirst(low, "slots_busy");
    expect(detailOf(busy, "slots")).to.deep.include({
      workers: 1,
      slots: 1,
      busy: 1,
      position: 3,
      positionIsExact: true,
      estimate: undefined,
    });
    const [running] = await blockersOf(early?.id ?? "");
    expect(running?.reason).to.equal("running");
    expect(running?.summary).to.contain("runs on worker the-one");
    expect(detailOf(running, "running")).to.include({ workerId: "the-one", attempt: 1 });
    expect(detailOf(running, "running").leaseExpiresAt).to.be.instanceOf(Date);
    for (let jobs = 0; jobs < 4; jobs++) held.fire();
    await server.client.waitFor(low);
    expect(await blockersOf(low)).to.have.length(1);
    expect((await blockersOf(low))[0]).to.include({ reason: "ended", summary: "it succeeded" });
    await Promise.all([worker.stop(), other.stop()]);
  });

  it("estimates the wait from what executions of the type took", async () => {
    const queue = freshQueue();
    const held = signal();
    const started = signal<string>();
    const paced = async (job: { readonly id: string; json<T>(): T }): Promise<void> => {
      started.fire(job.id);
      if (job.json<string>() === "hold") await held.next(SOON_MS * 2);
    };
    const worker = await startWorker(server.address, { paced }, { queue, concurrency: 1, window: 1 });
    const job = (payload: string) => ({ type: "paced", queue, payload });
    const done = await server.client.submit(["a", "b", "c"].map(job));
    for (const { id } of done) await server.client.waitFor(id);
    await server.client.submit(job("hold"));
    await eventually(async () => (await server.client.list({ queue, states: ["running"] })).jobs[0], SOON_MS);
    const last = (await server.client.submit(["d", "e"].map(job)))[1]?.id ?? "";
    const busy = await untilFirst(last, "slots_busy");
    const { estimate, position } = detailOf(busy, "slots");
    expect(position).to.equal(2);
    expect(estimate?.samples).to.equal(3);
    expect(estimate?.basis).to.match(
      /^position 2 \/ 1 slot x median .* of 3 recent executions of this type$/,
    );
    expect(estimate?.lateMs).to.be.at.least(estimate?.typicalMs ?? Infinity);
    expect(busy.until).to.be.instanceOf(Date);
    held.fire();
    await server.client.waitFor(last);
    await worker.stop();
  });

  it("names a paused queue and a retry, with its time and the error before", async () => {
    const queue = freshQueue();
    const fails = (): never => {
      throw new RangeError("out of range");
    };
    const { id } = await server.client.submit({
      type: "fails",
      queue,
      backoff: { kind: "fixed", baseMs: 600_000, jitter: 0 },
    });
    const worker = await startWorker(server.address, { fails }, { queue });
    const waits = await untilFirst(id, "scheduled");
    expect(waits.summary).to.match(/^waits for attempt 2 of 3 after RangeError: out of range, due in /);
    expect(detailOf(waits, "schedule")).to.include({ why: "retry", attempt: 1 });
    expect(waits.until?.getTime()).to.be.greaterThan(waits.since?.getTime() ?? Infinity);
    await server.client.pauseQueue(queue);
    const paused = await server.client.submit({ type: "fails", queue });
    const [first] = await blockersOf(paused.id);
    expect(first).to.include({ reason: "queue_paused", resolution: `\`muster resume ${queue}\`` });
    expect(first?.since).to.be.instanceOf(Date);
    expect((await blockersOf(id)).map(({ reason }) => reason)).to.deep.equal(["scheduled", "queue_paused"]);
    await worker.stop();
  });

  it("leads from a job that was cancelled with its parent to the one that failed first", async () => {
    const queue = freshQueue();
    const { jobs } = await server.client.submitGraph({
      jobs: [
        { key: "a", type: "fails", queue, maxAttempts: 1 },
        { key: "b", type: "fails", queue, dependsOn: ["a"] },
        { key: "c", type: "fails", queue, dependsOn: ["b"] },
      ],
    });
    const [a, b, c] = jobs.map((job) => job.id);
    const fails = (): never => {
      throw new Error("no luck");
    };
    const worker = await startWorker(server.address, { fails }, { queue });
    await server.client.waitFor(c ?? "");
    const [only] = await blockersOf(c ?? "");
    expect(only?.reason).to.equal("ended");
    const { chain, stateReason } = detailOf(only, "ended");
    expect(stateReason).to.equal("parent_cancelled");
    expect(chain.map((step) => step.jobId)).to.deep.equal([b, a]);
    expect(only?.summary).to.contain("dead: all 1 attempt failed: Error: no luck");
    expect(only?.resolution).to.contain(`muster retry ${a}\` first`);
    await worker.stop();
  });

  it("ends with 4 without such a job, and prints JSON for programs", async () => {
    const { id } = await server.client.submit({ type: "t", queue: freshQueue() });
    const at = ["--address", server.address];
    expect((await cli(["explain", id, ...at, "--namespace", "elsewhere"])).code).to.equal(4);
    const { code, stdout } = await cli(["explain", id, ...at, "--json"]);
    expect(code).to.equal(0);
    const { blockers } = JSON.parse(stdout) as { blockers: { reason: string }[] };
    expect(blockers[0]?.reason).to.equal("no_subscriber");
  });
});
