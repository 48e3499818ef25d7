/** A worker's ordinary life: registration, jobs, results, drain; for both transports where it could differ. */
import { readFileSync } from "node:fs";
import { expect } from "chai";
import {
  NonRetryableError,
  ReleaseError,
  RetryAfterError,
  payload,
  type JobContext,
  type Settled,
} from "../../../worker-sdk/typescript/index.js";
import { eventually } from "../../support/eventually.js";
import { job } from "./scripted-server.js";
import { heard, WorkerRoom } from "./worker-room.js";

describe("Worker", () => {
  let room: WorkerRoom;

  beforeEach(async () => {
    room = await new WorkerRoom().open();
  });

  afterEach(() => room.close());

  it("says Hello first, with its handlers as job types and a window of its concurrency", async () => {
    room.start({ concurrency: 10, queue: "mail", name: "one", labels: { zone: "a" }, buildId: "b7" });
    const hello = await (await room.server.next()).sees("hello");
    expect(hello).to.deep.include({ protocolMin: 1, protocolMax: 1, namespace: "default", buildId: "b7" });
    expect(hello.subscriptions).to.deep.equal([{ queue: "mail", jobTypes: ["echo"], maxInFlight: 0 }]);
    expect(hello.window).to.deep.include({ maxInFlight: 10 });
    expect(hello.workerId).to.equal(hello.instanceId);
    expect(hello.resume).to.equal(undefined);
    const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(hello.sdk).to.deep.include({ language: "typescript", version: manifest.version });
  });

  for (const transport of ["thread", "inline"] as const) {
    it(`runs jobs and reports their results in batches, on the ${transport} transport`, async () => {
      const { stream, worker } = await room.active({ transport, concurrency: 50 });
      const settled = heard<Settled>(worker, "settled");
      stream.assign(
        ...Array.from({ length: 50 }, (_, index) =>
          job(`j${index}`, { payload: { contentType: "text/plain", inline: Buffer.from(`p${index}`) } }),
        ),
      );
      const results = await stream.seesResults(50);
      expect(new Set(results.map((result) => result.ref?.jobId)).size).to.equal(50);
      expect(results[7]?.success?.output).to.deep.include({
        contentType: "text/plain",
        inline: Buffer.from("p7"),
      });
      expect(stream.of("resultBatch").length).to.be.lessThan(5);
      expect(stream.of("progressBatch")).to.deep.equal([]);
      stream.ack("RESULT_DISPOSITION_COMMITTED", results.slice(0, 1), {
        unblockedCount: 2,
        unblockedJobIds: ["a", "b"],
      });
      expect(await settled).to.deep.include({ jobId: "j0", verdict: "committed", unblockedCount: 2 });
    });
  }

  it("numbers its frames and acknowledges the server's", async () => {
    const { stream } = await room.active();
    stream.assign(job("j1"));
    await stream.seesResults(1);
    await stream.sees("heartbeat");
    expect(stream.frames.map((frame) => frame.seq)).to.deep.equal(stream.frames.map((_, index) => index + 1));
    const result = stream.frames.find((frame) => frame.resultBatch !== undefined);
    expect(result?.ackSeq).to.equal(3);
  });

  it("gives the handler the whole job", async () => {
    let seen: JobContext | undefined;
    const { stream } = await room.active({ handlers: { "*": (context) => void (seen = context) } });
    stream.assign(
      job("j1", {
        ref: { jobId: "j1", attempt: 2, leaseEpoch: 9 },
        jobType: "any",
        payload: { contentType: "application/json", inline: Buffer.from('{"n":1}') },
        headers: { h: "1" },
        graphId: "g",
        priority: 4,
        enqueuedAt: { seconds: 1_700_000_000 },
        parents: [{ jobId: "p", key: "k", succeeded: true, output: { inline: Buffer.from("[3]") } }],
        parentsTruncated: true,
        checkpoint: { inline: Buffer.from("half") },
      }),
    );
    await stream.seesResults(1);
    expect(seen).to.deep.include({ id: "j1", type: "any", attempt: 2, leaseEpoch: 9, maxAttempts: 3 });
    expect(seen?.json()).to.deep.equal({ n: 1 });
    expect(seen?.headers).to.deep.equal({ h: "1" });
    expect([seen?.graphId, seen?.priority, seen?.parentsTruncated]).to.deep.equal(["g", 4, true]);
    expect(seen?.enqueuedAt?.getTime()).to.equal(1_700_000_000_000);
    expect(seen?.parents[0]).to.deep.include({ jobId: "p", key: "k", succeeded: true });
    expect(seen?.parents[0]?.json()).to.deep.equal([3]);
    expect(seen?.checkpoint?.text()).to.equal("half");
    expect(seen?.signal.aborted).to.equal(false);
  });

  it("turns what a handler returns or throws into an outcome", async () => {
    const acts: Record<string, () => unknown> = {
      nothing: () => undefined,
      json: () => ({ a: [1] }),
      bytes: async () => Buffer.from("raw"),
      typed: () => payload(Buffer.from("<a/>"), "text/xml"),
      fails: () => {
        throw new TypeError("no good");
      },
      final: async () => {
        throw new NonRetryableError("never");
      },
      later: () => {
        throw new RetryAfterError(1_500, "busy");
      },
      large: () => Buffer.alloc(16_385),
      circle: () => 1n,
    };
    const handlers = Object.fromEntries(Object.keys(acts).map((name) => [name, () => acts[name]?.()]));
    const { stream } = await room.active({ handlers });
    stream.assign(...Object.keys(acts).map((name) => job(name, { jobType: name })));
    const results = await stream.seesResults(Object.keys(acts).length);
    const of = (name: string) => results.find((result) => result.ref?.jobId === name);
    expect(of("nothing")).to.deep.include({ success: {}, outcome: "success" });
    expect(of("json")?.success?.output).to.deep.include({
      contentType: "application/json",
      inline: Buffer.from('{"a":[1]}'),
    });
    expect(of("bytes")?.success?.output?.contentType).to.equal("application/octet-stream");
    expect(of("typed")?.success?.output?.contentType).to.equal("text/xml");
    expect(of("fails")?.failure).to.deep.include({ errorType: "TypeError", message: "no good" });
    expect(of("fails")?.failure?.stackTrace).to.contain("no good");
    expect(of("final")?.failure).to.deep.include({ errorType: "NonRetryableError", nonRetryable: true });
    expect(of("later")?.failure?.retryAfter).to.deep.equal({ seconds: 1, nanos: 5e8 });
    expect(of("large")?.failure).to.deep.include({ errorType: "RESULT_TOO_LARGE", nonRetryable: true });
    expect(of("circle")?.failure?.errorType).to.equal("TypeError");
    expect(of("json")?.finishedAt?.seconds).to.be.greaterThan(0);
  });

  it("gives back what a handler releases and what it has no handler for", async () => {
    const handlers = {
      echo: () => {
        throw new ReleaseError({ delayMs: 2_000 });
      },
    };
    const { stream } = await room.active({ handlers });
    stream.assign(job("a"), job("b", { jobType: "other" }));
    await eventually(
      () => stream.of("releaseBatch").flatMap((batch) => batch.releases ?? []).length === 2,
      5_000,
    );
    const releases = stream.of("releaseBatch").flatMap((batch) => batch.releases ?? []);
    const of = (id: string) => releases.find((release) => release.ref?.jobId === id);
    expect(of("a")).to.deep.include({ reason: "RELEASE_REASON_OVERLOADED", delay: { seconds: 2, nanos: 0 } });
    expect(of("b")?.reason).to.equal("RELEASE_REASON_UNSUPPORTED");
    expect(stream.results).to.deep.equal([]);
  });

  it("runs no more handlers at once than its concurrency, and says when a buffered one starts", async () => {
    const finish: (() => void)[] = [];
    const handlers = { echo: () => new Promise<void>((resolve) => finish.push(resolve)) };
    const { stream, worker } = await room.active({ handlers, concurrency: 2, window: 4 });
    stream.assign(job("a"), job("b"), job("c"), job("d"));
    await eventually(() => finish.length === 2, 5_000);
    expect([worker.running, worker.buffered]).to.deep.equal([2, 2]);
    const beat = await eventually(() => stream.of("heartbeat").find((each) => each.running === 2), 5_000);
    expect(beat.buffered).to.equal(2);
    finish[0]?.();
    const started = await stream.sees("progressBatch");
    expect(started.items).to.deep.equal([
      { ref: { jobId: "c", attempt: 1, leaseEpoch: 1 }, state: "PROGRESS_STATE_STARTED" },
    ]);
    for (const each of finish) each();
    await eventually(() => finish.length === 4, 5_000);
    for (const each of finish) each();
    await stream.seesResults(4);
  });

  it("starts the most urgent of the jobs that wait, whenever it came", async () => {
    const finish: (() => void)[] = [];
    const started: string[] = [];
    const handlers = {
      echo: (context: JobContext) => {
        started.push(context.id);
        return new Promise<void>((resolve) => finish.push(resolve));
      },
    };
    const { stream, worker } = await room.active({ handlers, concurrency: 1, window: 5 });
    stream.assign(job("first", { priority: 3 }));
    await eventually(() => started.length === 1, 5_000);
    stream.assign(job("low", { priority: 1 }), job("medium", { priority: 3 }), job("high", { priority: 5 }));
    for (let ended = 0; ended < 4; ended++) {
      await eventually(() => finish.length === ended + 1, 5_000);
      if (ended === 0) await eventually(() => worker.buffered === 3, 5_000);
      finish[ended]?.();
    }
    await stream.seesResults(4);
    expect(started).to.deep.equal(["first", "high", "medium", "low"]);
  });

  it("asks for more than its slots once its handlers turn out to be quick, and for less again", async () => {
    const { stream } = await room.active({ concurrency: 4 });
    for (let index = 0; index < 1_000; index++) stream.assign(job(`j${index}`));
    await stream.seesResults(1_000);
    const sizes = () => stream.of("flowUpdate").map((update) => update.window?.maxInFlight ?? 0);
    const most = await eventually(() => sizes().find((size) => size > 4), 5_000);
    expect(most).to.be.lessThan(10_000);
    await eventually(() => sizes().at(-1) === 4, 10_000);
    const generations = stream.of("flowUpdate").map((update) => update.window?.generation ?? 0);
    expect(generations[0]).to.be.greaterThan(1);
    expect(generations).to.deep.equal([...new Set(generations)].toSorted((a, b) => a - b));
  });

  it("gives back what waited for a slot for a second, unless it was told how much to hold", async () => {
    const finish: (() => void)[] = [];
    const handlers = { echo: () => new Promise<void>((resolve) => finish.push(resolve)) };
    const { stream, worker } = await room.active({ handlers, concurrency: 1 });
    stream.assign(job("a"), job("b"), job("c"));
    const released = await stream.sees("releaseBatch");
    expect(released.releases).to.deep.equal(
      ["b", "c"].map((jobId) => ({
        ref: { jobId, attempt: 1, leaseEpoch: 1 },
        reason: "RELEASE_REASON_OVERLOADED",
      })),
    );
    expect([worker.running, worker.buffered, finish.length]).to.deep.equal([1, 0, 1]);
    finish[0]?.();
    expect((await stream.seesResults(1))[0]?.ref?.jobId).to.equal("a");
  });

  it("merges progress, sends checkpoints, and refuses one that is too large", async () => {
    let refused: unknown;
    let finish = (): void => undefined;
    const handlers = {
      echo: (context: JobContext) => {
        for (let step = 1; step <= 100; step++) context.progress(step / 200, `step ${step}`);
        context.saveCheckpoint({ step: 100 });
        try {
          context.saveCheckpoint(Buffer.alloc(32_769));
        } catch (error) {
          refused = error;
        }
        return new Promise<void>((resolve) => (finish = resolve));
      },
    };
    const { stream } = await room.active({ handlers });
    stream.assign(job("a"));
    const { items } = await stream.sees("progressBatch");
    expect(items?.length).to.equal(1);
    expect(items?.[0]).to.deep.include({ state: "PROGRESS_STATE_RUNNING", fraction: 0.5, note: "step 100" });
    expect(items?.[0]?.checkpoint?.inline?.toString()).to.equal('{"step":100}');
    expect(refused).to.be.instanceOf(RangeError);
    finish();
    await stream.seesResults(1);
  });

  it("sends the progress of a job that has just ended before its result", async () => {
    const handlers = { echo: (context: JobContext) => context.progress(1, "done") };
    const { stream } = await room.active({ handlers });
    stream.assign(job("a"));
    await stream.seesResults(1);
    const members = stream.frames.map((frame) => frame.message);
    expect(members.indexOf("progressBatch")).to.be.within(0, members.indexOf("resultBatch"));
    expect(stream.of("progressBatch")[0]?.items?.[0]).to.deep.include({ fraction: 1, note: "done" });
  });

  it("ends a job at its execution timeout, whatever the handler does", async () => {
    let reason: unknown;
    let finish = (): void => undefined;
    const handlers = {
      echo: (context: JobContext) => {
        context.signal.addEventListener("abort", () => (reason = context.signal.reason));
        return new Promise<void>((resolve) => (finish = resolve));
      },
    };
    const { stream, worker } = await room.active({ handlers });
    stream.assign(job("a", { executionTimeout: { nanos: 30e6 } }));
    const [result] = await stream.seesResults(1);
    expect(result?.failure?.errorType).to.equal("TIMEOUT");
    expect(stream.of("progressBatch")[0]?.items?.[0]?.state).to.equal("PROGRESS_STATE_STARTED");
    expect(reason).to.deep.include({ name: "JobAbortedError", kind: "timed_out" });
    expect(worker.running).to.equal(1);
    finish();
    await eventually(() => worker.running === 0, 5_000);
    expect(stream.results.length).to.equal(1);
  });

  it("reports a cancelled job as cancelled once the handler gives up, a waiting one at once", async () => {
    const handlers = {
      echo: (context: JobContext) =>
        new Promise((_, reject) =>
          context.signal.addEventListener("abort", () => reject(new Error("stopped"))),
        ),
    };
    const { stream } = await room.active({ handlers, concurrency: 1, window: 2 });
    stream.assign(job("a"), job("b"));
    await eventually(() => stream.of("heartbeat").some((beat) => beat.running === 1), 5_000);
    const cancels = ["b", "a"].map((jobId) => ({
      ref: { jobId, attempt: 1, leaseEpoch: 1 },
      reason: "not wanted",
    }));
    stream.send({ cancelBatch: { cancels } });
    const results = await stream.seesResults(2);
    expect(results.map((result) => result.cancelled)).to.deep.equal([
      { reason: "not wanted" },
      { reason: "not wanted" },
    ]);
  });

  it("tells a handler of a revoked job to stop, and reports nothing", async () => {
    let reason: unknown;
    const handlers = {
      echo: (context: JobContext) =>
        new Promise<void>((resolve) =>
          context.signal.addEventListener("abort", () => {
            reason = context.signal.reason;
            resolve();
          }),
        ),
      last: () => "done",
    };
    const { stream } = await room.active({ handlers });
    stream.assign(job("a"));
    await eventually(() => stream.of("heartbeat").some((beat) => beat.running === 1), 5_000);
    stream.send({
      revokeBatch: { revokes: [{ ref: { jobId: "a", attempt: 1, leaseEpoch: 1 }, reason: "moved" }] },
    });
    await eventually(() => reason, 5_000);
    expect(reason).to.deep.include({ kind: "revoked", message: "moved" });
    stream.assign(job("b", { jobType: "last" }));
    const results = await stream.seesResults(1);
    expect(results.map((result) => result.ref?.jobId)).to.deep.equal(["b"]);
  });

  it("names every problem of bad options", () => {
    expect(() =>
      room.start({ handlers: {}, concurrency: 0, window: 0, queue: "a", subscriptions: [] }),
    ).to.throw(TypeError, /handlers.*concurrency.*window.*queue, subscriptions.*subscriptions/);
  });
});
