/** Frames after Hello, in both directions (R5, R6, R11, R14, R15, R19). */
import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import { MusterError } from "../../server/core/errors.js";
import {
  assignment,
  hello,
  LIMITS,
  publicId,
  StreamRoom,
  until,
} from "../unit/rpc/worker-stream/stream-room.js";

const bytes = (length: number) => ({
  contentType: "application/octet-stream",
  body: Buffer.alloc(length),
  uri: null,
});
const ref = (jobId: number, leaseEpoch = 1) => ({ jobId: publicId(jobId), attempt: 1, leaseEpoch });
const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

describe("worker stream: frames", () => {
  let room: StreamRoom;

  beforeEach(async () => {
    room = await new StreamRoom().open();
  });

  afterEach(() => room.close());

  it("packs what is assigned in one turn into frames of at most 128", async () => {
    const worker = await room.registered();
    for (const id of range(1, 300)) room.sessions.last.stream.assign([assignment(id)]);
    await until(
      "all",
      () => worker.of("assignmentBatch").flatMap((batch) => batch.assignments ?? []).length === 300,
    );
    expect(worker.of("assignmentBatch").map((batch) => batch.assignments?.length)).to.deep.equal([
      128, 128, 44,
    ]);
    const order = worker
      .of("assignmentBatch")
      .flatMap((batch) => batch.assignments?.map((a) => a.ref?.jobId) ?? []);
    expect(order).to.deep.equal(range(1, 300).map(publicId));
  });

  it("starts a new frame at 64 KiB", async () => {
    const worker = await room.registered();
    room.sessions.last.stream.assign(range(1, 6).map((id) => assignment(id, { payload: bytes(30_000) })));
    await worker.sees("assignmentBatch", 3);
    expect(worker.of("assignmentBatch").map((batch) => batch.assignments?.length)).to.deep.equal([2, 2, 2]);
  });

  it("leaves parents' outputs out of an assignment that would not fit into a frame", async () => {
    const worker = await room.registered();
    const parents = range(100, 6).map((id) => ({
      publicId: publicId(id),
      key: null,
      output: bytes(250_000),
      succeeded: true,
    }));
    room.sessions.last.stream.assign([
      assignment(1, { parents }),
      assignment(2, { parents: parents.slice(0, 1) }),
    ]);
    await worker.sees("assignmentBatch", 2);
    const [large, small] = worker.of("assignmentBatch").flatMap((batch) => batch.assignments ?? []);
    expect(large?.parentsTruncated).to.equal(true);
    expect(large?.parents?.map((parent) => parent.jobId)).to.deep.equal(range(100, 6).map(publicId));
    expect(large?.parents?.every((parent) => parent.output === undefined)).to.equal(true);
    expect(small?.parentsTruncated).to.equal(undefined);
    expect(small?.parents?.[0]?.output?.inline?.length).to.equal(250_000);
  });

  it("counts its frames and says what it has received on each", async () => {
    const worker = await room.registered();
    worker.send({ heartbeat: { pingId: 1 } });
    await worker.sees("heartbeatAck");
    room.sessions.last.stream.assign([assignment(1)]);
    await worker.sees("assignmentBatch");
    expect(worker.frames.map((frame) => frame.seq)).to.deep.equal([1, 2, 3, 4]);
    expect(worker.frames.map((frame) => frame.ackSeq)).to.deep.equal([1, 1, 2, 2]);
  });

  it("puts cancels and revokes before assignments of the same turn", async () => {
    const worker = await room.registered();
    const { stream } = room.sessions.last;
    stream.assign([assignment(1)]);
    stream.cancel([
      { publicId: publicId(8), ref: { jobId: 8, leaseEpoch: 1 }, attempt: 1, reason: "asked", graceMs: 500 },
    ]);
    stream.revoke([
      { publicId: publicId(9), ref: { jobId: 9, leaseEpoch: 1 }, attempt: 1, reason: "timed out" },
    ]);
    await worker.sees("assignmentBatch");
    expect(worker.frames.slice(2).map((frame) => frame.message)).to.deep.equal([
      "cancelBatch",
      "revokeBatch",
      "assignmentBatch",
    ]);
    expect(worker.of("cancelBatch")[0]?.cancels).to.deep.equal([
      { ref: ref(8), reason: "asked", grace: { seconds: 0, nanos: 500_000_000 } },
    ]);
    expect(worker.of("revokeBatch")[0]?.revokes).to.deep.equal([{ ref: ref(9), reason: "timed out" }]);
  });

  it("puts a heartbeat's answer before assignments of the same turn", async () => {
    const worker = await room.registered();
    const { last } = room.sessions;
    last.onHeartbeat = async () => {
      last.stream.assign([assignment(1)]);
      return true;
    };
    worker.send({ heartbeat: { pingId: 4, running: 2, load: { cpuFraction: 0.5, loopLagMs: Number.NaN } } });
    await worker.sees("assignmentBatch");
    expect(worker.frames.slice(2).map((frame) => frame.message)).to.deep.equal([
      "heartbeatAck",
      "assignmentBatch",
    ]);
    expect(last.heartbeats).to.deep.equal([
      { running: 2, buffered: 0, load: { cpuFraction: 0.5, rssBytes: 0, loopLagMs: 0 } },
    ]);
    expect(worker.of("heartbeatAck")[0]).to.deep.include({ pingId: 4, leaseTtl: { seconds: 30, nanos: 0 } });
    // An interval is 5 s.
    const { seconds = 0, nanos = 0 } = worker.of("heartbeatAck")[0]?.nextIn ?? {};
    expect(seconds + nanos / 1e9).to.be.within(4.4, 5);
  });

  it("never lets a cancel overtake its assignment, and drops a revoked one that was not written", async () => {
    const worker = await room.registered();
    const { stream } = room.sessions.last;
    stream.assign([assignment(1), assignment(2)]);
    stream.cancel([
      { publicId: publicId(1), ref: { jobId: 1, leaseEpoch: 1 }, attempt: 1, reason: "asked", graceMs: 0 },
    ]);
    stream.revoke([{ publicId: publicId(2), ref: { jobId: 2, leaseEpoch: 1 }, attempt: 1, reason: "gone" }]);
    await worker.sees("cancelBatch");
    expect(worker.frames.slice(2).map((frame) => frame.message)).to.deep.equal([
      "assignmentBatch",
      "cancelBatch",
    ]);
    expect(worker.of("assignmentBatch")[0]?.assignments?.map((job) => job.ref?.jobId)).to.deep.equal([
      publicId(1),
    ]);
  });

  it("answers each result of a batch by its own verdict", async () => {
    const worker = await room.registered();
    const { last } = room.sessions;
    last.onResults = async (results) =>
      results.map((result) => ({
        ref: result.ref,
        disposition: result.ref.jobId === 1 ? "conflict" : "stale",
        willRetry: result.ref.jobId === 2,
        unblockedCount: 0,
        unblockedIds: [],
      }));
    worker.send({
      resultBatch: {
        results: [
          { ref: ref(1), success: {} },
          {
            ref: ref(2),
            failure: { errorType: "E\0", message: "m".repeat(20_000), retryAfter: { seconds: 2 } },
          },
          { ref: ref(3) },
          { ref: { jobId: "nonsense", leaseEpoch: 1 }, success: {} },
          { ref: ref(5, 0), success: {} },
          { ref: ref(6, 2 ** 40), success: {} },
          { ref: ref(7), success: { output: { inline: Buffer.alloc(1) } } },
          { ref: ref(8), success: { output: { inline: Buffer.alloc(LIMITS.maxPayloadBytes) } } },
          { success: {} },
        ],
      },
    });
    await until(
      "nine acks",
      () => worker.of("resultAckBatch").flatMap((batch) => batch.acks ?? []).length === 9,
    );
    const acks = worker.of("resultAckBatch").flatMap((batch) => batch.acks ?? []);
    const by = (jobId: string) => acks.find((ack) => ack.ref?.jobId === jobId)?.disposition;
    expect(by(publicId(1))).to.equal("RESULT_DISPOSITION_CONFLICT");
    expect(by(publicId(2))).to.equal("RESULT_DISPOSITION_STALE");
    expect(by(publicId(3))).to.equal("RESULT_DISPOSITION_STALE");
    expect(by("nonsense")).to.equal("RESULT_DISPOSITION_UNKNOWN_JOB");
    expect(by(publicId(5))).to.equal("RESULT_DISPOSITION_INVALID");
    expect(by(publicId(6))).to.equal("RESULT_DISPOSITION_INVALID");
    expect(acks.find((ack) => ack.ref?.jobId === undefined)?.disposition).to.equal(
      "RESULT_DISPOSITION_UNKNOWN_JOB",
    );
    expect(acks.find((ack) => ack.ref?.jobId === publicId(2))?.willRetry).to.equal(true);
    const given = last.resultBatches[0] ?? [];
    expect(given.map((result) => result.ref.jobId)).to.deep.equal([1, 2, 3, 7, 8]);
    const failed = given[1]?.outcome;
    expect(failed?.kind === "failed" && failed.error).to.deep.equal({
      errorType: "E\ufffd",
      message: "m".repeat(8_192),
      stackTrace: "",
    });
    expect(failed?.kind === "failed" && failed.retryAfterMs).to.equal(2_000);
  });

  it("answers an output over the limit with INVALID once the job has failed for it", async () => {
    await room.close();
    room = await new StreamRoom({ limits: { ...LIMITS, maxResultBytes: 1_000 } }).open();
    const worker = await room.registered();
    worker.send({
      resultBatch: { results: [{ ref: ref(1), success: { output: { inline: Buffer.alloc(1_001) } } }] },
    });
    await worker.sees("resultAckBatch");
    const ack = worker.of("resultAckBatch")[0]?.acks?.[0];
    expect(ack?.disposition).to.equal("RESULT_DISPOSITION_INVALID");
    expect(ack?.reason).to.equal("success.output.inline: expected at most 1000 bytes, got 1001");
    const [result] = room.sessions.last.resultBatches[0] ?? [];
    expect(result?.outcome).to.deep.include({ kind: "failed", nonRetryable: true });
    expect(result?.outcome.kind === "failed" && result.outcome.error).to.deep.include({
      errorType: "RESULT_INVALID",
      message: "success.output.inline: expected at most 1000 bytes, got 1001",
    });
  });

  it("never acknowledges from a verdict about another result", async () => {
    const worker = await room.registered();
    room.sessions.last.onResults = () =>
      Promise.resolve([
        {
          ref: { jobId: 77, leaseEpoch: 1 },
          disposition: "committed",
          willRetry: false,
          unblockedCount: 0,
          unblockedIds: [],
        },
      ]);
    worker.send({ resultBatch: { results: [{ ref: ref(1), success: {} }] } });
    await worker.sees("resultAckBatch");
    expect(worker.of("resultAckBatch")[0]?.acks?.[0]?.disposition).to.equal("RESULT_DISPOSITION_RETRY_LATER");
    expect(room.log.events()).to.include("stream.verdict_missing");
  });

  it("passes on a flow update, and ends the stream for a bad one", async () => {
    const worker = await room.registered();
    worker.send({
      flowUpdate: {
        window: { maxInFlight: 0, generation: 4 },
        subscriptions: [{ queue: "b", jobTypes: ["x"] }],
      },
    });
    await until("the update", () => room.sessions.last.flows.length === 1);
    expect(room.sessions.last.flows[0]).to.deep.equal({
      maxInFlight: 0,
      maxInFlightBytes: 0,
      generation: 4,
      subscriptions: [{ queue: "b", jobTypes: ["x"], maxInFlight: 0 }],
    });
    worker.send({ flowUpdate: { window: { maxInFlight: 10_001 } } });
    expect((await worker.ends()).code).to.equal(status.INVALID_ARGUMENT);
  });

  it("passes on progress of jobs that the worker holds, and of no others", async () => {
    const worker = await room.registered();
    const { last } = room.sessions;
    last.stream.assign([assignment(1)]);
    await worker.sees("assignmentBatch");
    const started = "PROGRESS_STATE_STARTED" as const;
    worker.send({
      progressBatch: {
        items: [
          { ref: ref(2), state: started },
          { ref: ref(1, 2), state: started },
          { ref: ref(1), state: 77 as never },
          { ref: ref(1), state: started },
          {
            ref: ref(1),
            state: "PROGRESS_STATE_RUNNING",
            fraction: 4,
            note: "n",
            checkpoint: { inline: Buffer.from("c") },
          },
        ],
      },
    });
    await until("progress", () => last.progressItems.length > 0);
    expect(last.progressItems).to.deep.equal([
      { ref: { jobId: 1, leaseEpoch: 1 }, started: true, fraction: 0, note: "", checkpoint: null },
      {
        ref: { jobId: 1, leaseEpoch: 1 },
        started: false,
        fraction: 1,
        note: "n",
        checkpoint: { contentType: "application/octet-stream", body: Buffer.from("c"), uri: null },
      },
    ]);
    expect(room.log.events().filter((event) => event === "stream.item_ignored")).to.have.length(1);
  });

  it("acknowledges a release after it resolved", async () => {
    const worker = await room.registered();
    let done = (): void => undefined;
    room.sessions.last.onRelease = () => new Promise((resolve) => (done = resolve));
    worker.send({
      releaseBatch: {
        releases: [{ ref: ref(1), reason: "RELEASE_REASON_SHUTTING_DOWN", delay: { seconds: 1 } }],
      },
    });
    await until("the release", () => room.sessions.last.releases.length === 1);
    expect(room.sessions.last.releases[0]).to.deep.equal({
      ref: { jobId: 1, leaseEpoch: 1 },
      reason: "shutting_down",
      delayMs: 1_000,
    });
    expect(worker.of("releaseAckBatch")).to.be.empty;
    done();
    await worker.sees("releaseAckBatch");
    expect(worker.of("releaseAckBatch")[0]?.refs).to.deep.equal([ref(1)]);
  });

  it("sends DrainAck after the last assignment, with its seq", async () => {
    const worker = await room.registered();
    const { last } = room.sessions;
    last.onDrain = async () => last.stream.assign(range(1, 200).map((id) => assignment(id)));
    worker.send({ drainRequest: { mode: "DRAIN_MODE_FINISH_RUNNING" } });
    await worker.sees("drainAck");
    expect(worker.frames.at(-1)?.message).to.equal("drainAck");
    const lastAssigned = worker.frames.findLast((frame) => frame.message === "assignmentBatch");
    expect(worker.of("drainAck")[0]?.lastAssignmentSeq).to.equal(lastAssigned?.seq);
    expect(worker.of("assignmentBatch").flatMap((batch) => batch.assignments ?? [])).to.have.length(200);
  });

  it("records drains and releases when the store is back, and says meanwhile that they wait", async () => {
    const worker = await room.registered();
    const { last } = room.sessions;
    const away = () => Promise.reject(new MusterError("STORE_DOWN", "postgres is away"));
    last.onDrain = last.onRelease = away;
    last.stream.assign([assignment(1)]);
    await worker.sees("assignmentBatch");
    worker.send({ drainRequest: {} });
    worker.send({ releaseBatch: { releases: [{ ref: ref(1), reason: "RELEASE_REASON_OVERLOADED" }] } });
    await worker.sees("notice", 2);
    expect(worker.of("notice").map(({ code }) => code)).to.deep.equal(["STORE_DOWN", "STORE_DOWN"]);
    expect(worker.of("drainAck")).to.be.empty;
    expect(worker.of("releaseAckBatch")).to.be.empty;
    last.onDrain = last.onRelease = () => Promise.resolve();
    await worker.sees("drainAck");
    await worker.sees("releaseAckBatch");
    expect(worker.of("releaseAckBatch")[0]?.refs).to.deep.equal([ref(1)]);
  });

  it("answers an AuthRefresh with a notice", async () => {
    const worker = await room.registered();
    worker.send({ authRefresh: { bearerToken: "t" } });
    await worker.sees("notice");
    expect(worker.of("notice")[0]?.code).to.equal("AUTH_REFRESH_IGNORED");
  });

  it("ignores members that it does not know, and logs them once", async () => {
    const worker = room.rawWorker();
    worker.read();
    worker.send({ hello: hello() });
    worker.sendUnknownMember();
    worker.sendUnknownMember();
    worker.send({ heartbeat: { pingId: 3 } });
    await until("the answer", () => worker.frames.some((frame) => frame.heartbeatAck?.pingId === 3));
    expect(room.log.events().filter((event) => event === "stream.unknown_frame")).to.have.length(1);
  });

  for (const [what, frame] of [
    ["a gap in seq", { seq: 9, heartbeat: {} }],
    ["an ack_seq that was never sent", { ackSeq: 99, heartbeat: {} }],
  ] as const) {
    it(`ends the stream for ${what}`, async () => {
      const worker = await room.registered();
      worker.send(frame);
      expect((await worker.ends()).code).to.equal(status.INVALID_ARGUMENT);
    });
  }

  it("ends the stream for a batch over the item limit", async () => {
    const worker = await room.registered();
    worker.send({
      resultBatch: {
        results: range(1, LIMITS.maxBatchItems + 1).map((id) => ({ ref: ref(id), success: {} })),
      },
    });
    const { code, details } = await worker.ends();
    expect(code).to.equal(status.RESOURCE_EXHAUSTED);
    expect(details).to.include("result_batch.results");
    expect(room.sessions.last.resultBatches).to.be.empty;
  });
});
