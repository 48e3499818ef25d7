/** Every way in which a stream ends, each told to the session exactly once (R8, R11, R12, R13). */
import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import type { Verdict } from "../../server/core/job.js";
import { MusterError } from "../../server/core/errors.js";
import { committed } from "../unit/rpc/worker-stream/scripted-sessions.js";
import { assignment, hello, publicId, StreamRoom, until } from "../unit/rpc/worker-stream/stream-room.js";

const result = (jobId: number) => ({
  ref: { jobId: publicId(jobId), attempt: 1, leaseEpoch: 1 },
  success: {},
});

describe("worker stream: ends", () => {
  let room: StreamRoom;

  const openRoom = async (options: ConstructorParameters<typeof StreamRoom>[0]) => {
    await room.close();
    room = await new StreamRoom(options).open();
  };

  /** Waits until the stream is gone, so that a second notice would be seen. */
  async function endsTold(): Promise<string[]> {
    await until("the stream to be forgotten", () => room.service.openCount() === 0);
    await new Promise((resolve) => setImmediate(resolve));
    return room.sessions.last.ends;
  }

  beforeEach(async () => {
    room = await new StreamRoom().open();
  });

  afterEach(() => room.close());

  it("is clean when the worker half-closes after a drain with nothing in flight", async () => {
    const worker = await room.registered();
    room.sessions.last.stream.assign([assignment(1)]);
    await worker.sees("assignmentBatch");
    worker.send({ drainRequest: {} });
    await worker.sees("drainAck");
    worker.send({ resultBatch: { results: [result(1)] } });
    await worker.sees("resultAckBatch");
    worker.call.end();
    expect((await worker.ends()).code).to.equal(status.OK);
    expect(await endsTold()).to.deep.equal(["clean"]);
  });

  it("is clean after an operator's drain too", async () => {
    const worker = await room.registered();
    room.sessions.last.stream.drain({ reason: "operator", reconnectAfterMs: 0, closeAfterMs: 60_000 });
    await worker.sees("serverDrain");
    expect(worker.of("serverDrain")[0]?.reason).to.equal("SERVER_DRAIN_REASON_OPERATOR");
    worker.call.end();
    expect((await worker.ends()).code).to.equal(status.OK);
    expect(await endsTold()).to.deep.equal(["clean"]);
  });

  it("is lost when a job is still in flight after the drain", async () => {
    const worker = await room.registered();
    room.sessions.last.stream.assign([assignment(1)]);
    worker.send({ drainRequest: {} });
    await worker.sees("drainAck");
    worker.call.end();
    await worker.ends();
    expect(await endsTold()).to.deep.equal(["lost"]);
  });

  it("is lost when a job reported in Hello was never settled", async () => {
    const worker = room.worker();
    const inFlight = [{ ref: { jobId: publicId(4), attempt: 1, leaseEpoch: 1 } }];
    worker.send({ hello: hello({ inFlight }) });
    worker.send({ drainRequest: {} });
    await worker.sees("drainAck");
    worker.call.end();
    await worker.ends();
    expect(await endsTold()).to.deep.equal(["lost"]);
  });

  it("is lost without a drain", async () => {
    const worker = await room.registered();
    worker.call.end();
    expect((await worker.ends()).code).to.equal(status.OK);
    expect(await endsTold()).to.deep.equal(["lost"]);
  });

  it("answers what was sent before the half-close", async () => {
    const worker = await room.registered();
    const { last } = room.sessions;
    last.stream.assign([assignment(1)]);
    await worker.sees("assignmentBatch");
    let commit = (): void => undefined;
    last.onResults = (results) =>
      new Promise<readonly Verdict[]>((resolve) => (commit = () => resolve(results.map(committed))));
    worker.send({ drainRequest: {} });
    worker.send({ resultBatch: { results: [result(1)] } });
    worker.call.end();
    await until("the result", () => last.resultBatches.length === 1);
    expect(worker.status).to.equal(null);
    commit();
    expect((await worker.ends()).code).to.equal(status.OK);
    expect(worker.of("resultAckBatch")[0]?.acks?.[0]?.disposition).to.equal("RESULT_DISPOSITION_COMMITTED");
    expect(await endsTold()).to.deep.equal(["clean"]);
  });

  it("is lost when the worker cancels or its socket goes", async () => {
    const first = await room.registered();
    first.call.cancel();
    expect(await endsTold()).to.deep.equal(["lost"]);
    const second = await room.registered();
    room.destroySockets();
    expect((await second.ends()).code).to.equal(status.UNAVAILABLE);
    expect(await endsTold()).to.deep.equal(["lost"]);
  });

  it("ends with the coordinator's error, and tells it later, not from inside", async () => {
    const worker = await room.registered();
    const { last } = room.sessions;
    last.stream.end(new MusterError("SESSION_REPLACED", "a newer process took over"));
    expect(last.ends).to.deep.equal([]);
    last.stream.end(new MusterError("SESSION_EXPIRED", "too late to matter"));
    const { code, details } = await worker.ends();
    expect(code).to.equal(status.ABORTED);
    expect(details).to.equal("a newer process took over");
    expect(await endsTold()).to.deep.equal(["lost"]);
    expect(room.destroyed).to.deep.equal([]);
  });

  it("sends acknowledgements of commits that came before the end, and no assignment", async () => {
    const worker = await room.registered();
    const { last } = room.sessions;
    last.onResults = async (results) => {
      setImmediate(() => {
        last.stream.assign([assignment(2)]);
        last.stream.end(new MusterError("SESSION_REPLACED", "a newer process took over"));
      });
      return results.map(committed);
    };
    worker.send({ resultBatch: { results: [result(1)] } });
    await worker.ends();
    expect(worker.of("resultAckBatch")).to.have.length(1);
    expect(worker.of("assignmentBatch")).to.be.empty;
  });

  it("ends with SESSION_EXPIRED when a heartbeat finds the lease over", async () => {
    const worker = await room.registered();
    room.sessions.last.onHeartbeat = () => Promise.resolve(false);
    worker.send({ heartbeat: { pingId: 1 } });
    expect((await worker.ends()).code).to.equal(status.ABORTED);
    expect(worker.of("heartbeatAck")).to.be.empty;
    expect(await endsTold()).to.deep.equal(["lost"]);
  });

  it("keeps the stream and the acknowledgement while the store is away", async () => {
    const worker = await room.registered();
    const { last } = room.sessions;
    last.onHeartbeat = () => Promise.reject(new MusterError("STORE_DOWN", "postgres is away"));
    worker.send({ heartbeat: { pingId: 1 } });
    await until("the heartbeat", () => last.heartbeats.length === 1);
    last.onHeartbeat = () => Promise.resolve(true);
    worker.send({ heartbeat: { pingId: 2 } });
    await worker.sees("heartbeatAck");
    expect(worker.of("heartbeatAck").map((ack) => ack.pingId)).to.deep.equal([2]);
  });

  it("asks an old session to reconnect, assigns nothing after that, and ends it", async () => {
    await openRoom({ timing: { watchPeriodMs: 10, ageReconnectMs: 1_000, ageCloseMs: 40 } });
    room.sessions.registration = { maxSessionAgeMs: 50 };
    const worker = await room.registered();
    await worker.sees("serverDrain");
    expect(worker.of("serverDrain")[0]).to.deep.equal({
      reason: "SERVER_DRAIN_REASON_MAX_AGE",
      reconnectAfter: { seconds: 0, nanos: 500_000_000 },
      closeAfter: { seconds: 0, nanos: 40_000_000 },
    });
    expect(room.sessions.last.stream.isWritable()).to.equal(false);
    expect((await worker.ends()).code).to.equal(status.UNAVAILABLE);
    expect(worker.of("serverDrain")).to.have.length(1);
    expect(await endsTold()).to.deep.equal(["lost"]);
  });

  it("drains all streams: jittered reconnects, no new ones, leftovers ended", async () => {
    let draw = 0;
    await openRoom({ random: () => (draw++ % 10) / 10 });
    const [stays, leaves] = [await room.registered(), await room.registered()];
    const waiting = room.worker(); // no Hello yet
    await until("three streams", () => room.service.openCount() === 3);
    const drained = room.service.drainAll({ reason: "shutdown", spreadMs: 1_000, closeAfterMs: 150 });
    await Promise.all([stays.sees("serverDrain"), leaves.sees("serverDrain")]);
    const moments = [stays, leaves].map((worker) => worker.of("serverDrain")[0]?.reconnectAfter?.nanos);
    expect(moments[0]).not.to.equal(moments[1]);
    expect((await waiting.ends()).code).to.equal(status.UNAVAILABLE);
    const late = room.worker();
    expect((await late.ends()).code).to.equal(status.UNAVAILABLE);
    leaves.call.end();
    expect((await leaves.ends()).code).to.equal(status.OK);
    expect(stays.status).to.equal(null);
    await drained;
    expect((await stays.ends()).code).to.equal(status.UNAVAILABLE);
    expect(room.service.openCount()).to.equal(0);
    expect(room.sessions.sessions.map((session) => session.ends)).to.deep.equal([["lost"], ["lost"]]);
  });

  it("asks a stream to go that was being registered when the drain began", async () => {
    let commit = (): void => undefined;
    let isWaiting = false;
    room.sessions.onRegister = () =>
      new Promise((resolve) => {
        isWaiting = true;
        commit = resolve;
      });
    const worker = room.worker();
    worker.send({ hello: hello() });
    await until("the registration", () => isWaiting);
    const drained = room.service.drainAll({ reason: "rebalance", spreadMs: 0, closeAfterMs: 10_000 });
    commit();
    await worker.sees("serverDrain");
    expect(worker.frames.map((frame) => frame.message)).to.deep.equal([
      "welcome",
      "reconcileBatch",
      "serverDrain",
    ]);
    worker.call.end();
    await drained;
  });
});
