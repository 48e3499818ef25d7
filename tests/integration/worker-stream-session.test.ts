/** From Hello to a result acknowledged, over a real grpc-js server on loopback. */
import { expect } from "chai";
import type { Result, Verdict } from "../../server/core/job.js";
import { MusterError } from "../../server/core/errors.js";
import { committed } from "../unit/rpc/worker-stream/scripted-sessions.js";
import { assignment, hello, publicId, StreamRoom, until } from "../unit/rpc/worker-stream/stream-room.js";

describe("worker stream: a session", () => {
  let room: StreamRoom;

  beforeEach(async () => {
    room = await new StreamRoom().open();
  });

  afterEach(() => room.close());

  it("sends its headers before any frame", async () => {
    const worker = room.worker();
    await until("headers", () => worker.hasMetadata);
    expect(worker.frames).to.be.empty;
  });

  it("answers Hello with Welcome and a last ReconcileBatch, and activates only then", async () => {
    const worker = await room.registered({ workerId: "w-1", labels: { zone: "a" } });
    const [welcome] = worker.of("welcome");
    expect(welcome).to.deep.include({
      protocol: 1,
      workerId: "w-1",
      sessionId: "1",
      sessionEpoch: 1,
      serverId: "server-1",
    });
    expect(welcome?.limits?.maxFrameBytes).to.equal(1_048_576);
    expect(welcome?.leaseTtl?.seconds).to.equal(30);
    expect(worker.frames.map((frame) => frame.seq)).to.deep.equal([1, 2]);
    expect(worker.frames.map((frame) => frame.ackSeq)).to.deep.equal([1, 1]);
    expect(worker.of("reconcileBatch")).to.deep.equal([{ last: true }]);
    expect(room.sessions.last.isActive).to.equal(true);
    expect(room.sessions.last.hello).to.deep.include({
      workerId: "w-1",
      namespace: "default",
      maxInFlight: 32,
    });
  });

  it("writes nothing before the registration is committed", async () => {
    let commit = (): void => undefined;
    room.sessions.onRegister = () => new Promise((resolve) => (commit = resolve));
    const worker = room.worker();
    worker.send({ hello: hello() });
    worker.send({ heartbeat: { pingId: 1 } });
    await until("headers", () => worker.hasMetadata);
    expect(worker.frames).to.be.empty;
    commit();
    await worker.sees("heartbeatAck");
    expect(worker.frames.map((frame) => frame.message)).to.deep.equal([
      "welcome",
      "reconcileBatch",
      "heartbeatAck",
    ]);
  });

  it("carries a job out and its result back", async () => {
    const worker = await room.registered();
    room.sessions.last.stream.assign([
      assignment(1, {
        headers: { traceparent: "00-a-b-01" },
        executionTimeoutMs: 1_500,
        parents: [
          {
            publicId: publicId(9),
            key: "k",
            output: { contentType: "text/plain", body: Buffer.from("p"), uri: null },
            succeeded: true,
          },
        ],
      }),
    ]);
    await worker.sees("assignmentBatch");
    const job = worker.of("assignmentBatch")[0]?.assignments?.[0];
    expect(job).to.deep.include({
      queue: "queue-7",
      jobType: "resize",
      priority: 3,
      maxAttempts: 3,
      traceparent: "00-a-b-01",
    });
    expect(job?.executionTimeout).to.deep.equal({ seconds: 1, nanos: 500_000_000 });
    expect(job?.parents?.[0]?.output?.inline?.toString()).to.equal("p");
    room.sessions.last.onResults = async (results) =>
      results.map((result) => ({
        ...committed(result),
        unblockedCount: 2,
        unblockedIds: [publicId(2), publicId(3)],
      }));
    const ref = { jobId: publicId(1), attempt: 1, leaseEpoch: 1 };
    worker.send({
      resultBatch: {
        results: [{ ref, success: { output: { contentType: "text/plain", inline: Buffer.from("ok") } } }],
      },
    });
    await worker.sees("resultAckBatch");
    expect(worker.of("resultAckBatch")[0]?.acks).to.deep.equal([
      {
        ref,
        disposition: "RESULT_DISPOSITION_COMMITTED",
        unblockedCount: 2,
        unblockedJobIds: [publicId(2), publicId(3)],
      },
    ]);
    const result = room.sessions.last.resultBatches[0]?.[0];
    expect(result?.ref).to.deep.equal({ jobId: 1, leaseEpoch: 1 });
    expect(result?.outcome).to.deep.equal({
      kind: "succeeded",
      output: { contentType: "text/plain", body: Buffer.from("ok"), uri: null },
    });
  });

  it("acknowledges a result only after its commit", async () => {
    const worker = await room.registered();
    let commit = (): void => undefined;
    room.sessions.last.onResults = (results) =>
      new Promise<readonly Verdict[]>((resolve) => (commit = () => resolve(results.map(committed))));
    worker.send({ resultBatch: { results: [{ ref: { jobId: publicId(1), leaseEpoch: 1 }, success: {} }] } });
    worker.send({ heartbeat: { pingId: 5 } }); // answered after the result was read: proves it was not acknowledged
    await worker.sees("heartbeatAck");
    expect(worker.of("resultAckBatch")).to.be.empty;
    commit();
    await worker.sees("resultAckBatch");
  });

  it("answers RETRY_LATER when the store is away, and stays open", async () => {
    const worker = await room.registered();
    room.sessions.last.onResults = () => Promise.reject(new MusterError("STORE_DOWN", "postgres is away"));
    worker.send({ resultBatch: { results: [{ ref: { jobId: publicId(1), leaseEpoch: 1 }, success: {} }] } });
    await worker.sees("resultAckBatch");
    expect(worker.of("resultAckBatch")[0]?.acks?.[0]?.disposition).to.equal("RESULT_DISPOSITION_RETRY_LATER");
    room.sessions.last.onResults = (results: readonly Result[]) => Promise.resolve(results.map(committed));
    worker.send({ resultBatch: { results: [{ ref: { jobId: publicId(1), leaseEpoch: 1 }, success: {} }] } });
    await worker.sees("resultAckBatch", 2);
    expect(worker.status).to.equal(null);
  });
});
