/** What a worker does when streams, servers and clocks misbehave. */
import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import { MusterClientError, type JobContext, type Settled } from "../../../worker-sdk/typescript/index.js";
import { eventually } from "../../support/eventually.js";
import { signal } from "../../support/signal.js";
import { job } from "./scripted-server.js";
import { heard, WorkerRoom } from "./worker-room.js";

/** Handlers that end when the test says so. */
function held() {
  const started = signal<JobContext>();
  const finish = new Map<string, (value: unknown) => void>();
  const hold = (context: JobContext) =>
    new Promise<unknown>((resolve, reject) => {
      finish.set(context.id, resolve);
      context.signal.addEventListener("abort", () => reject(context.signal.reason as Error));
      started.fire(context);
    });
  return { started, finish, handlers: { echo: hold, quick: () => "quick" } };
}

const ref = (jobId: string, leaseEpoch = 1) => ({ jobId, attempt: 1, leaseEpoch });

describe("Worker: the stream", () => {
  let room: WorkerRoom;

  beforeEach(async () => {
    room = await new WorkerRoom().open();
  });

  afterEach(() => room.close());

  it("comes back after a cut with its session and every job it holds, and goes on with them", async () => {
    const { started, finish, handlers } = held();
    const { stream, worker } = await room.active({ handlers, concurrency: 1, window: 3 });
    stream.assign(job("run"), job("wait"));
    await started.next();
    await eventually(() => stream.of("heartbeat").some((beat) => beat.running === 1), 5_000);
    const disconnected = heard<{ code: string }>(worker, "disconnected");
    stream.cut();
    expect((await disconnected).code).to.equal("UNAVAILABLE");
    const second = await room.server.next();
    const hello = await second.sees("hello");
    expect(hello.resume).to.deep.equal({ sessionId: "session-1", token: Buffer.from("token-1") });
    expect(hello.inFlight).to.deep.equal([
      { ref: ref("run"), state: "IN_FLIGHT_STATE_RUNNING" },
      { ref: ref("wait"), state: "IN_FLIGHT_STATE_BUFFERED" },
    ]);
    const resumed = heard(worker, "resumed");
    await second.welcome({ resumed: true });
    await resumed;
    finish.get("run")?.("done");
    const [result] = await second.seesResults(1);
    expect(result?.success?.output?.inline?.toString()).to.equal('"done"');
    expect((await started.next()).id).to.equal("wait");
  });

  it("sends a result again until it is acknowledged, but not before the last reconcile batch", async () => {
    const { stream } = await room.active();
    stream.assign(job("a"));
    await stream.seesResults(1);
    stream.cut();
    const second = await room.server.next();
    expect((await second.sees("hello")).inFlight?.[0]?.state).to.equal("IN_FLIGHT_STATE_RESULT_PENDING");
    await second.welcome({ resumed: true }, [], false);
    await second.sees("hello");
    second.send({ reconcileBatch: { last: false } });
    expect(second.results).to.deep.equal([]);
    second.send({
      reconcileBatch: { verdicts: [{ ref: ref("a"), action: "RECONCILE_ACTION_RESEND_RESULT" }], last: true },
    });
    const again = await second.seesResults(1);
    second.ack("RESULT_DISPOSITION_DUPLICATE", again);
    second.assign(job("b"));
    await second.seesResults(2);
    second.cut();
    const third = await room.server.next();
    expect((await third.sees("hello")).inFlight?.map((each) => each.ref?.jobId)).to.deep.equal(["b"]);
  });

  it("drops what reconciliation says is revoked or committed", async () => {
    const { started, handlers } = held();
    const { stream, worker } = await room.active({ handlers });
    const settled = signal<Settled>();
    worker.on("settled", (each) => settled.fire(each));
    stream.assign(job("gone"), job("done", { jobType: "quick" }));
    const context = await started.next();
    await stream.seesResults(1);
    stream.cut();
    const second = await room.server.next();
    await second.welcome({ resumed: true }, [
      { ref: ref("gone"), action: "RECONCILE_ACTION_REVOKED" },
      { ref: ref("done"), action: "RECONCILE_ACTION_ALREADY_COMMITTED" },
    ]);
    expect(await settled.next()).to.deep.include({ jobId: "done", verdict: "already_committed" });
    await eventually(() => context.signal.aborted, 5_000);
    expect(context.signal.reason).to.deep.include({ kind: "revoked" });
    second.assign(job("new", { jobType: "quick" }));
    const results = await second.seesResults(1);
    expect(results.map((result) => result.ref?.jobId)).to.deep.equal(["new"]);
  });

  it("keeps a result that is answered with 'later' and sends it again by itself", async () => {
    const { stream, worker } = await room.active();
    const settled = heard<Settled>(worker, "settled");
    stream.assign(job("a"));
    stream.ack("RESULT_DISPOSITION_RETRY_LATER", await stream.seesResults(1));
    const results = await stream.seesResults(2);
    expect(results.map((result) => result.ref)).to.deep.equal([ref("a"), ref("a")]);
    stream.ack("RESULT_DISPOSITION_COMMITTED", results.slice(1));
    expect((await settled).verdict).to.equal("committed");
    stream.cut();
    const second = await room.server.next();
    expect((await second.sees("hello")).inFlight ?? []).to.deep.equal([]);
  });

  it("turns a result that no frame can hold into a failure instead of ending the stream with it", async () => {
    room.start({ handlers: { echo: () => Buffer.alloc(20_000) } });
    const stream = await room.server.next();
    await stream.welcome({ limits: { maxFrameBytes: 8_192 } });
    stream.assign(job("a"));
    const [result] = await stream.seesResults(1);
    expect(result?.failure).to.deep.include({ errorType: "RESULT_TOO_LARGE", nonRetryable: true });
  });

  it("leaves a silent server after three intervals without a frame", async () => {
    const { stream, worker } = await room.active();
    const disconnected = heard<{ code: string }>(worker, "disconnected");
    stream.answersHeartbeats = false;
    expect((await disconnected).code).to.equal("SERVER_SILENT");
    const second = await room.server.next();
    expect((await second.sees("hello")).resume?.sessionId).to.equal("session-1");
    expect(stream.of("heartbeat").length).to.be.greaterThan(1);
  });

  it("keeps trying while the server is away, and takes up where it was", async () => {
    const { stream, worker } = await room.active();
    let lost = 0;
    worker.on("disconnected", () => lost++);
    await stream.sees("heartbeat");
    await room.server.refuse();
    await eventually(() => lost >= 3, 10_000);
    expect(worker.state).to.equal("connecting");
    await room.server.listen();
    const second = await room.server.next();
    await second.welcome({ resumed: true });
    await eventually(() => worker.state === "active", 5_000);
  });

  it("starts nothing while its lease is late, and lets everything go when it is over", async () => {
    const { started, handlers } = held();
    const { worker } = room.start({ handlers, concurrency: 1, window: 2 });
    const stream = await room.server.next();
    const states = signal<string>();
    worker.on("lease", ({ state }) => states.fire(state));
    stream.answersHeartbeats = false;
    await stream.welcome({ heartbeatInterval: { seconds: 9 }, leaseTtl: { seconds: 2 } });
    expect(await states.next()).to.equal("held");
    stream.assign(job("a"));
    const context = await started.next();
    expect(await states.next()).to.equal("suspect");
    expect(worker.state).to.equal("suspect");
    stream.assign(job("b"));
    expect(await states.next()).to.equal("lost");
    await eventually(() => context.signal.aborted, 5_000);
    expect(context.signal.reason).to.deep.include({ kind: "lease_lost" });
    const second = await room.server.next();
    expect((await second.sees("hello")).inFlight ?? []).to.deep.equal([]);
    expect(started.seen.length).to.equal(1);
    expect(stream.results).to.deep.equal([]);
  });

  it("keeps finished results over the end of its lease", async () => {
    room.start();
    const stream = await room.server.next();
    stream.answersHeartbeats = false;
    await stream.welcome({ heartbeatInterval: { seconds: 9 }, leaseTtl: { seconds: 2 } });
    stream.assign(job("a"));
    await stream.seesResults(1);
    const second = await room.server.next();
    await second.welcome();
    expect((await second.seesResults(1))[0]?.ref).to.deep.equal(ref("a"));
  });

  it("forgets a session that the server calls expired, and registers afresh", async () => {
    const { started, handlers } = held();
    const { stream } = await room.active({ handlers });
    stream.assign(job("a"));
    const context = await started.next();
    stream.end(status.ABORTED, "SESSION_EXPIRED");
    const second = await room.server.next();
    const hello = await second.sees("hello");
    expect([hello.resume, hello.inFlight ?? []]).to.deep.equal([undefined, []]);
    await eventually(() => context.signal.aborted, 5_000);
    expect(context.signal.reason).to.deep.include({ kind: "lease_lost" });
  });

  for (const [code, reason] of [
    [status.ABORTED, "SESSION_REPLACED"],
    [status.PERMISSION_DENIED, "QUEUE_FORBIDDEN"],
    [status.INVALID_ARGUMENT, "HELLO_INVALID"],
    [status.FAILED_PRECONDITION, "PROTOCOL_UNSUPPORTED"],
  ] as const) {
    it(`gives up on ${reason}`, async () => {
      const { worker, ended } = room.start();
      const stream = await room.server.next();
      await stream.sees("hello");
      stream.end(code, reason);
      const error = await ended.then(
        () => undefined,
        (failure: unknown) => failure,
      );
      expect(error).to.be.instanceOf(MusterClientError).with.property("code", reason);
      expect(worker.state).to.equal("closed");
      expect(room.server.streams.length).to.equal(1);
    });
  }

  it("waits as long as the server advises before it comes back", async () => {
    const { worker } = room.start();
    const stream = await room.server.next();
    const disconnected = heard<{ code: string; retryInMs: number }>(worker, "disconnected");
    stream.end(status.RESOURCE_EXHAUSTED, "SESSION_LIMIT", 120);
    expect(await disconnected).to.deep.include({ code: "SESSION_LIMIT", retryInMs: 120 });
    await room.server.next();
  });

  it("asks for a new token for every connection, and gives up when five in a row are refused", async () => {
    let asked = 0;
    const { ended } = room.start({ credentials: { token: async () => `t${++asked}` } });
    for (let refused = 0; refused < 5; refused++) {
      (await room.server.next()).end(status.UNAUTHENTICATED, "AUTH_INVALID");
    }
    const error = await ended.then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(error).to.have.property("grpcStatus", "UNAUTHENTICATED");
    expect(asked).to.equal(5);
  });

  it("takes its token without the space around it, and shows one that it cannot send to nobody", async () => {
    const tokens = ["s3cret\nt0", "t1\n"];
    const { worker } = room.start({ credentials: { token: () => tokens.shift() ?? "" } });
    const failure = await heard<Error>(worker, "error");
    expect(failure.message)
      .to.match(/credentials.token/)
      .and.not.contain("s3cret");
    const first = await room.server.next();
    expect(first.authorization).to.deep.equal([]);
    first.end(status.UNAUTHENTICATED, "AUTH_INVALID");
    expect((await room.server.next()).authorization).to.deep.equal(["Bearer t1"]);
  });

  it("opens the new stream before it leaves the old one when the server drains", async () => {
    const { started, finish, handlers } = held();
    const { stream, worker } = await room.active({ handlers });
    stream.assign(job("a"), job("b", { jobType: "quick" }));
    await started.next();
    await stream.seesResults(1);
    let lost = 0;
    worker.on("disconnected", () => lost++);
    stream.send({ serverDrain: { reason: "SERVER_DRAIN_REASON_SHUTDOWN", reconnectAfter: { nanos: 1e6 } } });
    const second = await room.server.next();
    expect((await second.sees("hello")).resume?.sessionId).to.equal("session-1");
    expect(stream.hasEnded).to.equal(false);
    await second.welcome({ resumed: true, serverId: "server-2" });
    await eventually(() => stream.hasEnded, 5_000);
    stream.end();
    await second.seesResults(1);
    finish.get("a")?.("done");
    const results = await second.seesResults(2);
    expect(results.map((result) => result.ref?.jobId)).to.deep.equal(["b", "a"]);
    expect(lost).to.equal(0);
  });

  it("tells a new stream of the window that changed after its Hello", async () => {
    const { stream } = await room.active({ concurrency: 4 });
    stream.send({ serverDrain: { reason: "SERVER_DRAIN_REASON_SHUTDOWN", reconnectAfter: { nanos: 1e6 } } });
    const second = await room.server.next();
    expect((await second.sees("hello")).window).to.deep.include({ maxInFlight: 4, generation: 1 });
    for (let index = 0; index < 1_000; index++) stream.assign(job(`j${index}`));
    await stream.sees("flowUpdate");
    await second.welcome({ resumed: true });
    const { window } = await second.sees("flowUpdate");
    await eventually(() => stream.hasEnded, 5_000);
    expect(window).to.deep.equal(stream.of("flowUpdate").at(-1)?.window);
  });

  it("goes on with a job whose older assignment comes late, on the stream that is left", async () => {
    const { started, finish, handlers } = held();
    const { stream } = await room.active({ handlers });
    stream.send({ serverDrain: { reason: "SERVER_DRAIN_REASON_SHUTDOWN", reconnectAfter: { nanos: 1e6 } } });
    const second = await room.server.next();
    await second.welcome({ resumed: true });
    second.assign(job("a", { ref: ref("a", 6) }));
    const context = await started.next();
    stream.assign(job("a", { ref: ref("a", 5) }), job("b", { jobType: "quick" }));
    await eventually(() => [...stream.results, ...second.results].length === 1, 5_000);
    expect(context.signal.aborted).to.equal(false);
    finish.get("a")?.("done");
    await eventually(() => second.results.some((result) => result.ref?.leaseEpoch === 6), 5_000);
    expect(started.seen.length).to.equal(1);
  });

  it("leaves a stopping server without successor as soon as nothing is held, and keeps its session", async () => {
    const { started, finish, handlers } = held();
    const { stream, worker } = await room.active({ handlers });
    stream.assign(job("a"));
    await started.next();
    const disconnected = heard<{ code: string }>(worker, "disconnected");
    stream.send({ serverDrain: { reason: "SERVER_DRAIN_REASON_SHUTDOWN" } });
    (await room.server.next()).end(status.UNAVAILABLE, "DRAINING", 60_000);
    expect((await disconnected).code).to.equal("DRAINING");
    expect([worker.state, stream.isCancelled]).to.deep.equal(["active", false]);
    finish.get("a")?.("done");
    const results = await stream.seesResults(1);
    expect(stream.isCancelled).to.equal(false);
    stream.ack("RESULT_DISPOSITION_COMMITTED", results);
    await eventually(() => stream.isCancelled, 5_000);
    const third = await room.server.next();
    expect((await third.sees("hello")).resume?.sessionId).to.equal("session-1");
  });

  it("ignores frames and members that it does not know", async () => {
    const { stream } = await room.active();
    stream.send({});
    stream.send({ authRefreshAck: {} });
    stream.ack("RESULT_DISPOSITION_COMMITTED", [{ ref: ref("never-seen") }]);
    stream.assign(job("a"));
    await stream.seesResults(1);
    expect(room.server.streams.length).to.equal(1);
  });

  it("sends the next heartbeat when the server asks for it, and never later than an interval", async () => {
    room.start();
    const asked = await room.server.next();
    asked.heartbeatAnswer = { nextIn: { nanos: 30e6 } };
    await asked.welcome({ heartbeatInterval: { seconds: 1 } });
    // By the interval they would take ten seconds.
    await asked.sees("heartbeat", 10, 4_000);
    asked.cut();

    const told = await room.server.next();
    told.heartbeatAnswer = { nextIn: { seconds: 9 } };
    await told.welcome({ heartbeatInterval: { nanos: 100e6 } });
    await told.sees("heartbeat", 5, 2_000);
  });

  it("goes on sending heartbeats while a handler blocks the main loop, and reports how late it is", async () => {
    const blockedMs = 900;
    let blockedAtMs = 0;
    const handlers = {
      echo: () => {
        blockedAtMs = Date.now();
        while (Date.now() < blockedAtMs + blockedMs);
      },
    };
    room.start({ handlers });
    const stream = await room.server.next();
    // The scripted server shares the blocked loop: three intervals of its silence have to be longer than that.
    await stream.welcome({ heartbeatInterval: { nanos: 400e6 } });
    stream.assign(job("a"));
    await stream.seesResults(1);
    const isLate = () => stream.of("heartbeat").some((beat) => (beat.load?.loopLagMs ?? 0) > blockedMs / 3);
    await eventually(isLate, 5_000);
    const sentAtMs = stream
      .of("heartbeat")
      .map(({ clientTime: at }) => (at?.seconds ?? 0) * 1e3 + (at?.nanos ?? 0) / 1e6);
    const meanwhile = sentAtMs.filter((at) => at > blockedAtMs && at < blockedAtMs + blockedMs);
    expect(meanwhile).not.to.deep.equal([]);
    expect(room.server.streams.length).to.equal(1);
  });
});
