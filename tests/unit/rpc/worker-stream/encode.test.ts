/** Frames as built and as read back: proto-loader drops what it does not know, so the round trip is the proof. */
import { expect } from "chai";
import type { ConnectResponse } from "../../../../proto/gen/muster/worker/v1/ConnectResponse.js";
import { services } from "../../../../proto/load.js";
import {
  assignmentBytes,
  heartbeatAckFrame,
  noticeFrame,
  reconcileFrames,
  serverDrainFrame,
  verdictAck,
  wireAssignment,
  wireCancel,
  wireRevoke,
} from "../../../../server/rpc/worker-stream/encode.js";
import { assignment, publicId } from "./stream-room.js";

const { responseSerialize, responseDeserialize } = services().worker.WorkerService.service.Connect;
const roundTrip = (frame: ConnectResponse) =>
  responseDeserialize(responseSerialize({ seq: 1, ackSeq: 1, ...frame }));
const ref = { jobId: publicId(1), attempt: 1, leaseEpoch: 1 };
const order = { publicId: publicId(1), ref: { jobId: 1, leaseEpoch: 1 }, attempt: 1, reason: "r" };

const full = assignment(1, {
  slackMs: 1_500,
  headers: { tenant: "ä", traceparent: "00-1-2-01", tracestate: "a=b" },
  executionTimeoutMs: 90_061,
  graphPublicId: publicId(50),
  effectivePriority: -7,
  checkpoint: { contentType: "text/plain", body: null, uri: "s3://bucket/key" },
  payload: { contentType: "text/plain", body: Buffer.from("payload"), uri: null },
  parents: [
    {
      publicId: publicId(2),
      key: "left",
      output: { contentType: "t", body: Buffer.from("out"), uri: null },
      succeeded: true,
    },
    { publicId: publicId(3), key: null, output: null, succeeded: false },
  ],
});

describe("worker stream encoding", () => {
  it("keeps every field of an assignment", () => {
    const [job] =
      roundTrip({ assignmentBatch: { assignments: [wireAssignment(full, "q", "all")] } }).assignmentBatch
        ?.assignments ?? [];
    expect(job).to.deep.equal({
      ref,
      queue: "q",
      jobType: "resize",
      payload: { contentType: "text/plain", inline: Buffer.from("payload"), body: "inline" },
      headers: { tenant: "ä", traceparent: "00-1-2-01", tracestate: "a=b" },
      executionTimeout: { seconds: 90, nanos: 61_000_000 },
      enqueuedAt: { seconds: 1_790_000_000, nanos: 0 },
      slack: { seconds: 1, nanos: 500_000_000 },
      graphId: publicId(50),
      parents: [
        {
          jobId: publicId(2),
          key: "left",
          output: { contentType: "t", inline: Buffer.from("out"), body: "inline" },
          succeeded: true,
        },
        { jobId: publicId(3), succeeded: false },
      ],
      traceparent: "00-1-2-01",
      tracestate: "a=b",
      priority: -7,
      maxAttempts: 3,
      checkpoint: { contentType: "text/plain", uri: "s3://bucket/key", body: "uri" },
    });
  });

  it("never estimates an assignment smaller than it is", () => {
    for (const job of [full, assignment(2), assignment(3, { payload: null, type: "x".repeat(200) })]) {
      const queue = "q".repeat(200);
      const { own, refs, outputs } = assignmentBytes(job, queue);
      for (const [kept, size] of [
        ["all", own + refs + outputs],
        ["without_outputs", own + refs],
        ["none", own],
      ] as const) {
        const empty = responseSerialize({ seq: 1, ackSeq: 1, assignmentBatch: { assignments: [] } }).length;
        const real = responseSerialize({
          seq: 1,
          ackSeq: 1,
          assignmentBatch: { assignments: [wireAssignment(job, queue, kept)] },
        }).length;
        expect(size, kept).to.be.at.least(real - empty);
      }
    }
  });

  it("keeps an empty payload apart from none", () => {
    const empty = { contentType: "text/plain", body: Buffer.alloc(0), uri: null };
    const read = (payload: typeof empty | null) =>
      roundTrip({
        assignmentBatch: { assignments: [wireAssignment(assignment(1, { payload }), "q", "all")] },
      }).assignmentBatch?.assignments?.[0]?.payload;
    expect(read(empty)).to.deep.equal({ contentType: "text/plain", inline: Buffer.alloc(0), body: "inline" });
    expect(read(null)).to.equal(undefined);
  });

  it("writes exactly one member in each frame", () => {
    const frames: ConnectResponse[] = [
      heartbeatAckFrame({ pingId: 3, nextInMs: 4_950 }, 30_000, 1_790_000_000_123),
      ...reconcileFrames([{ ...order, action: "revoked" }], 10),
      serverDrainFrame({ reason: "operator", reconnectAfterMs: 1, closeAfterMs: 2 }),
      noticeFrame("CODE", "text"),
      { cancelBatch: { cancels: [wireCancel({ ...order, graceMs: 100 })] } },
      { revokeBatch: { revokes: [wireRevoke(order)] } },
    ];
    for (const frame of frames) {
      const read = roundTrip(frame);
      const members = Object.keys(read).filter((key) => !["seq", "ackSeq", "message"].includes(key));
      expect(members).to.deep.equal([read.message]);
      expect(Object.keys(frame)).to.deep.equal([read.message]);
    }
  });

  it("names at most 100 unblocked jobs and counts all", () => {
    const unblockedIds = Array.from({ length: 150 }, (_, i) => publicId(i + 1));
    const verdict = {
      ref: order.ref,
      disposition: "committed" as const,
      willRetry: false,
      unblockedCount: 150,
      unblockedIds,
    };
    const acks = roundTrip({ resultAckBatch: { acks: [verdictAck(ref, verdict)] } }).resultAckBatch?.acks;
    expect(acks?.[0]?.unblockedCount).to.equal(150);
    expect(acks?.[0]?.unblockedJobIds).to.deep.equal(unblockedIds.slice(0, 100));
  });
});
