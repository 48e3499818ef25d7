/** Workers that do not read, fall silent, or send too much: memory and time stay bounded (R8, R9). */
import { expect } from "chai";
import type { Verdict } from "../../server/core/job.js";
import { MusterError } from "../../server/core/errors.js";
import { NO_METRICS } from "../../server/core/metrics.js";
import { Connection } from "../../server/rpc/worker-stream/connection.js";
import { committed } from "../unit/rpc/worker-stream/scripted-sessions.js";
import { assignment, hello, publicId, StreamRoom, until } from "../unit/rpc/worker-stream/stream-room.js";

const MIB = 1_048_576;
const fat = { contentType: "application/octet-stream", body: Buffer.alloc(200_000), uri: null };
const result = (jobId: number) => ({
  ref: { jobId: publicId(jobId), attempt: 1, leaseEpoch: 1 },
  success: {},
});

describe("worker stream: pressure", () => {
  let room: StreamRoom;
  let cuts = 0;

  const openRoom = async (options: ConstructorParameters<typeof StreamRoom>[0]) => {
    room = await new StreamRoom({
      metrics: { ...NO_METRICS, slowConsumerCut: () => cuts++ },
      ...options,
    }).open();
  };

  beforeEach(() => {
    cuts = 0;
  });

  afterEach(() => room.close());

  it("stops being writable when the worker does not read, and is again when it does", async () => {
    await openRoom({});
    const worker = room.rawWorker();
    worker.send({ hello: hello() });
    await until("a session", () => room.sessions.sessions.length === 1 && room.sessions.last.isActive);
    const { stream } = room.sessions.last;
    let wakes = 0;
    stream.onWritable(() => wakes++);
    let assigned = 0;
    await until("back-pressure", () => {
      if (stream.isWritable()) stream.assign([assignment(++assigned, { payload: fat })]);
      return !stream.isWritable();
    });
    // What a claim loop that respects isWritable() can have put into one stream that is not read.
    expect(assigned * fat.body.length).to.be.lessThan(MIB);
    worker.read();
    await until("the wake-up", () => wakes > 0);
    expect(stream.isWritable()).to.equal(true);
    const received = () => worker.frames.flatMap((frame) => frame.assignmentBatch?.assignments ?? []);
    await until("all assignments", () => received().length === assigned);
  });

  it("holds little in grpc-js even when it is given more than it can write", async () => {
    await openRoom({});
    const worker = room.rawWorker();
    worker.send({ hello: hello() });
    await until("a session", () => room.sessions.sessions.length === 1 && room.sessions.last.isActive);
    const { stream } = room.sessions.last;
    stream.assign(Array.from({ length: 1_000 }, (_, i) => assignment(i + 1, { payload: fat })));
    await until("back-pressure", () => !stream.isWritable());
    // Heartbeats are still taken, and only the latest waits for an answer.
    for (let pingId = 1; pingId <= 50; pingId++) worker.send({ heartbeat: { pingId } });
    await until("a heartbeat", () => room.sessions.last.heartbeats.length > 0);
    worker.read();
    await until("an answer", () => worker.frames.some((frame) => frame.heartbeatAck !== undefined));
    const before = worker.frames.findIndex((frame) => frame.heartbeatAck !== undefined);
    const bytes = worker.frames
      .slice(0, before)
      .reduce((sum, frame) => sum + (frame.assignmentBatch?.assignments?.length ?? 0) * fat.body.length, 0);
    expect(bytes).to.be.lessThan(MIB); // the answer did not wait behind 200 MB
  });

  it("cuts a worker that does not read: lost, its socket destroyed", async () => {
    await openRoom({ timing: { watchPeriodMs: 20, slowConsumerMs: 150 } });
    const worker = room.rawWorker();
    worker.send({ hello: hello() });
    await until("a session", () => room.sessions.sessions.length === 1 && room.sessions.last.isActive);
    room.sessions.last.stream.assign(
      Array.from({ length: 20 }, (_, i) => assignment(i + 1, { payload: fat })),
    );
    await until("the end", () => room.sessions.last.ends.length > 0);
    await until("the socket to go", () => worker.isClosed);
    await until("the stream to be forgotten", () => room.service.openCount() === 0);
    expect(room.sessions.last.ends).to.deep.equal(["lost"]);
    expect(room.destroyed).to.have.length(1);
    expect(cuts).to.equal(1);
    expect(room.log.events()).to.include("stream.stalled");
  });

  it("destroys the socket at once when a stalled stream is ended", async () => {
    await openRoom({ timing: { watchPeriodMs: 60_000 } }); // the watchdog has no part in this
    const worker = room.rawWorker();
    worker.send({ hello: hello() });
    await until("a session", () => room.sessions.sessions.length === 1 && room.sessions.last.isActive);
    const { stream, ends } = room.sessions.last;
    stream.assign(Array.from({ length: 20 }, (_, i) => assignment(i + 1, { payload: fat })));
    await until("back-pressure", () => !stream.isWritable());
    const stalledMs = performance.now();
    await until("a stall", () => performance.now() - stalledMs > 1_200);
    stream.end(new MusterError("SESSION_REPLACED", "a newer process took over"));
    expect(room.destroyed).to.have.length(1);
    await until("the socket to go", () => worker.isClosed);
    await until("the stream to be forgotten", () => room.service.openCount() === 0);
    expect(ends).to.deep.equal(["lost"]);
  });

  it("destroys the socket of a peer that does not take its status", async () => {
    await openRoom({ timing: { watchPeriodMs: 20, endingMs: 60 } });
    const worker = room.rawWorker();
    worker.send({ hello: hello() });
    await until("a session", () => room.sessions.sessions.length === 1 && room.sessions.last.isActive);
    const { stream } = room.sessions.last;
    stream.assign(Array.from({ length: 20 }, (_, i) => assignment(i + 1, { payload: fat })));
    await until("back-pressure", () => !stream.isWritable());
    stream.end(new MusterError("SESSION_REPLACED", "a newer process took over"));
    expect(room.destroyed).to.be.empty;
    await until("the socket to go", () => worker.isClosed);
    expect(room.destroyed).to.have.length(1);
  });

  it("knows which assignments were never written, also after the end", async () => {
    await openRoom({});
    const worker = await room.registered();
    const { stream } = room.sessions.last;
    if (!(stream instanceof Connection)) throw new Error("not a connection");
    stream.assign([assignment(1), assignment(2)]);
    expect(stream.unsent().map((ref) => ref.jobId)).to.deep.equal([1, 2]);
    await worker.sees("assignmentBatch");
    // Nothing was acknowledged, and it may run all the same.
    expect(stream.unsent()).to.be.empty;
    stream.end(new MusterError("SESSION_REPLACED", "a newer process took over"));
    stream.assign([assignment(3)]);
    await until("the end", () => room.service.openCount() === 0);
    expect(stream.unsent()).to.deep.equal([{ jobId: 3, leaseEpoch: 1 }]);
  });

  it("cuts a worker that reads but acknowledges nothing", async () => {
    await openRoom({ timing: { watchPeriodMs: 10, slowConsumerMs: 100 } });
    room.sessions.registration = { heartbeatIntervalMs: 200 };
    const worker = room.worker();
    worker.acks = false;
    worker.send({ hello: hello() });
    await worker.sees("reconcileBatch");
    const beat = setInterval(() => {
      if (worker.status === null) worker.send({ heartbeat: { pingId: 1 } });
    }, 20);
    await worker.ends();
    clearInterval(beat);
    await until("the end to be told", () => room.sessions.last.ends.length > 0);
    expect(room.sessions.last.ends).to.deep.equal(["lost"]);
    expect(cuts).to.equal(1);
  });

  it("loses a worker that fell silent for three heartbeats", async () => {
    await openRoom({ timing: { watchPeriodMs: 10 } });
    room.sessions.registration = { heartbeatIntervalMs: 30 };
    const worker = await room.registered();
    expect((await worker.ends()).code).to.equal(14);
    await until("the socket to go", () => room.destroyed.length === 1);
    await until("the end to be told", () => room.sessions.last.ends.length > 0);
    expect(room.sessions.last.ends).to.deep.equal(["lost"]);
    expect(room.log.events()).to.include("stream.silent");
  });

  it("keeps a worker that sends heartbeats in time", async () => {
    await openRoom({ timing: { watchPeriodMs: 10, heartbeatGapMs: 0 } });
    room.sessions.registration = { heartbeatIntervalMs: 100 };
    const worker = await room.registered();
    let pingId = 0;
    const beat = setInterval(() => worker.send({ heartbeat: { pingId: ++pingId } }), 25);
    await worker.sees("heartbeatAck", 24);
    clearInterval(beat);
    expect(worker.status).to.equal(null);
  });

  it("answers a flood of heartbeats with few renewals, the last one among them", async () => {
    await openRoom({ timing: { heartbeatGapMs: 50 } });
    const worker = await room.registered();
    for (let pingId = 1; pingId <= 2_000; pingId++) worker.send({ heartbeat: { pingId } });
    await until("the last", () => worker.of("heartbeatAck").at(-1)?.pingId === 2_000);
    expect(room.sessions.last.heartbeats.length).to.be.lessThan(200);
    expect(room.log.events().filter((event) => event === "stream.heartbeats_coalesced")).to.have.length(1);
  });

  it("never acknowledges a ping from a renewal that began before it came", async () => {
    await openRoom({ timing: { heartbeatGapMs: 0 } });
    const worker = await room.registered();
    const { last } = room.sessions;
    const commits: (() => void)[] = [];
    last.onHeartbeat = () => new Promise((resolve) => commits.push(() => resolve(true)));
    worker.send({ heartbeat: { pingId: 1 } });
    await until("the first renewal", () => commits.length === 1);
    worker.send({ heartbeat: { pingId: 2 } });
    worker.send({ flowUpdate: { window: { maxInFlight: 1 } } }); // proves that ping 2 was read
    await until("ping 2", () => last.flows.length === 1);
    commits[0]?.();
    await until("the second renewal", () => commits.length === 2);
    await worker.sees("heartbeatAck");
    expect(worker.of("heartbeatAck").map((ack) => ack.pingId)).to.deep.equal([1]);
    commits[1]?.();
    await worker.sees("heartbeatAck", 2);
    expect(worker.of("heartbeatAck").at(-1)?.pingId).to.equal(2);
  });

  it("stops reading a worker whose results are not committed, and goes on afterwards", async () => {
    await openRoom({ inbound: { pendingResultsMax: 100 }, timing: { watchPeriodMs: 10 } });
    room.sessions.registration = { heartbeatIntervalMs: 30 }; // while it does not read it must not call it silent
    const worker = room.rawWorker();
    worker.read();
    worker.send({ hello: hello() });
    await until("a session", () => room.sessions.sessions.length === 1 && room.sessions.last.isActive);
    const { last } = room.sessions;
    const commits: (() => void)[] = [];
    last.onResults = (results) =>
      new Promise<readonly Verdict[]>((resolve) => commits.push(() => resolve(results.map(committed))));
    const frames = 3_000;
    for (let i = 0; i < frames; i++)
      worker.send({ resultBatch: { results: [result(i + 1), result(i + 2)] } });
    await until("the pause", () => room.log.events().includes("stream.reading_paused"));
    await until("a stop", () => worker.unsentBytes > 0);
    const held = () => last.resultBatches.length * 2;
    expect(held()).to.be.lessThan(110);
    const pausedMs = performance.now();
    await until("more than three heartbeat intervals", () => performance.now() - pausedMs > 150);
    expect(worker.isClosed).to.equal(false);
    last.onResults = async (results) => results.map(committed);
    for (const commit of commits) commit();
    const acks = () =>
      worker.frames.reduce((sum, frame) => sum + (frame.resultAckBatch?.acks?.length ?? 0), 0);
    await until("every acknowledgement", () => acks() === frames * 2, 15_000);
  });

  it("stops reading a worker that sends results and reads no acknowledgement", async () => {
    await openRoom({ inbound: { pendingResultsMax: 200 } });
    const worker = room.rawWorker();
    worker.send({ hello: hello() });
    await until("a session", () => room.sessions.sessions.length === 1 && room.sessions.last.isActive);
    for (let i = 0; i < 20_000; i++) worker.send({ resultBatch: { results: [result(i + 1)] } });
    await until("the pause", () => room.log.events().includes("stream.reading_paused"), 15_000);
    const taken = room.sessions.last.resultBatches.length;
    await until("a stop", () => worker.unsentBytes > 0);
    expect(taken).to.be.lessThan(20_000);
  });
});
