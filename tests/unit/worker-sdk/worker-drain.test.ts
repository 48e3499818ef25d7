/** How a worker leaves. */
import { expect } from "chai";
import { Worker, type JobContext } from "../../../worker-sdk/typescript/index.js";
import { eventually } from "../../support/eventually.js";
import { signal } from "../../support/signal.js";
import { job, type ScriptedStream } from "./scripted-server.js";
import { WorkerRoom } from "./worker-room.js";

async function acknowledgeDrain(stream: ScriptedStream): Promise<void> {
  await stream.sees("drainRequest");
  stream.send({ drainAck: { lastAssignmentSeq: 0 } });
}

async function acknowledgeReleases(stream: ScriptedStream, count: number): Promise<void> {
  const releases = () => stream.of("releaseBatch").flatMap((batch) => batch.releases ?? []);
  await eventually(() => releases().length >= count, 5_000);
  stream.send({ releaseAckBatch: { refs: releases().map((release) => release.ref ?? {}) } });
}

/** The worker half-closed: the server agrees. */
async function closeAfter(stream: ScriptedStream): Promise<void> {
  await eventually(() => stream.hasEnded, 5_000);
  stream.end();
}

describe("Worker: drain", () => {
  let room: WorkerRoom;

  beforeEach(async () => {
    room = await new WorkerRoom().open();
  });

  afterEach(() => room.close());

  function holding() {
    const started = signal<JobContext>();
    const finish = new Map<string, () => void>();
    const echo = (context: JobContext) =>
      new Promise<void>((resolve, reject) => {
        finish.set(context.id, resolve);
        context.signal.addEventListener("abort", () => reject(context.signal.reason as Error));
        started.fire(context);
      });
    return { started, finish, handlers: { echo } };
  }

  it("finishes everything that was assigned, and half-closes after the last acknowledgement", async () => {
    const { started, finish, handlers } = holding();
    const { stream, worker, ended } = await room.active({ handlers, concurrency: 1, window: 2 });
    stream.assign(job("a"), job("b"));
    await started.next();
    const drained = worker.drain();
    expect(worker.state).to.equal("draining");
    expect(await stream.sees("drainRequest")).to.deep.include({ mode: "DRAIN_MODE_FINISH_RUNNING" });
    await acknowledgeDrain(stream);
    finish.get("a")?.();
    expect((await started.next()).id).to.equal("b");
    finish.get("b")?.();
    const results = await stream.seesResults(2);
    expect(stream.hasEnded).to.equal(false);
    stream.ack("RESULT_DISPOSITION_COMMITTED", results);
    await closeAfter(stream);
    await drained;
    await ended;
    expect(worker.state).to.equal("closed");
  });

  it("gives back what has not begun, also what was on its way", async () => {
    const { started, finish, handlers } = holding();
    const { stream, worker, ended } = await room.active({ handlers, concurrency: 1, window: 3 });
    stream.assign(job("a"), job("b"));
    await started.next();
    void worker.drain({ mode: "release_buffered" });
    await stream.sees("drainRequest");
    stream.assign(job("c"));
    await acknowledgeDrain(stream);
    await acknowledgeReleases(stream, 2);
    finish.get("a")?.();
    stream.ack("RESULT_DISPOSITION_COMMITTED", await stream.seesResults(1));
    await closeAfter(stream);
    await ended;
    expect(started.seen.map((context) => context.id)).to.deep.equal(["a"]);
  });

  it("aborts running handlers at its timeout and gives their jobs back", async () => {
    const { started, handlers } = holding();
    const { stream, worker, ended } = await room.active({ handlers });
    stream.assign(job("a"));
    const context = await started.next();
    void worker.drain({ timeoutMs: 30 });
    await acknowledgeDrain(stream);
    await acknowledgeReleases(stream, 1);
    await closeAfter(stream);
    await ended;
    expect(context.signal.reason).to.deep.include({ kind: "shutting_down" });
    expect(stream.results).to.deep.equal([]);
  });

  for (const timeoutMs of [Infinity, 2 ** 31]) {
    it(`waits for ever when its timeout is longer than any timer: ${timeoutMs} ms`, async () => {
      const { started, finish, handlers } = holding();
      const { stream, worker, ended } = await room.active({ handlers });
      stream.assign(job("a"));
      const context = await started.next();
      void worker.drain({ timeoutMs });
      await acknowledgeDrain(stream);
      await stream.sees("heartbeat", stream.of("heartbeat").length + 2);
      expect(context.signal.aborted).to.equal(false);
      expect(stream.of("drainRequest")[0]?.timeout).to.equal(undefined);
      finish.get("a")?.();
      stream.ack("RESULT_DISPOSITION_COMMITTED", await stream.seesResults(1));
      await closeAfter(stream);
      await ended;
    });
  }

  it("asks again on the next stream when this one is lost", async () => {
    const { started, finish, handlers } = holding();
    const { stream, worker, ended } = await room.active({ handlers });
    stream.assign(job("a"));
    await started.next();
    void worker.drain();
    await stream.sees("drainRequest");
    stream.cut();
    const second = await room.server.next();
    await second.welcome({ resumed: true });
    await acknowledgeDrain(second);
    finish.get("a")?.();
    second.ack("RESULT_DISPOSITION_COMMITTED", await second.seesResults(1));
    await closeAfter(second);
    await ended;
  });

  it("leaves when an operator drains it", async () => {
    const { stream, worker, ended } = await room.active();
    const draining = signal();
    worker.on("draining", () => draining.fire());
    stream.send({ serverDrain: { reason: "SERVER_DRAIN_REASON_OPERATOR" } });
    await draining.next();
    await acknowledgeDrain(stream);
    await closeAfter(stream);
    await ended;
    expect(room.server.streams.length).to.equal(1);
  });

  it("ends at once when nothing is held and no server is there", async () => {
    await room.server.refuse();
    const { worker, ended } = room.start();
    await eventually(() => worker.state === "connecting", 5_000);
    await worker.drain();
    await ended;
    await room.server.listen();
  });

  it("is drained by `await using`", async () => {
    let finished: Promise<void> | undefined;
    {
      const { worker, ended, stream } = await room.active();
      await using _ = worker;
      finished = ended;
      void acknowledgeDrain(stream).then(() => closeAfter(stream));
    }
    await finished;
  });

  it("may be drained twice, and before it ever ran", async () => {
    const { worker, stream } = await room.active();
    void acknowledgeDrain(stream).then(() => closeAfter(stream));
    await Promise.all([worker.drain(), worker.drain()]);
    await worker.drain();
    const never = new Worker({ address: room.server.address, handlers: { echo: () => 1 } });
    await never.drain();
    await never.run();
    expect([worker.state, never.state]).to.deep.equal(["closed", "closed"]);
    expect(room.server.streams.length).to.equal(1);
  });
});
