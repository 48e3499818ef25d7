/** The frames that are written straight to bytes, against the codec of proto-loader: the same, byte for byte. */
import { expect } from "chai";
import fc from "fast-check";
import type { ConnectResponse } from "../../../../proto/gen/muster/worker/v1/ConnectResponse.js";
import type { ResultAck } from "../../../../proto/gen/muster/worker/v1/ResultAck.js";
import { services } from "../../../../proto/load.js";
import type { Payload, Verdict } from "../../../../server/core/job.js";
import { encodeFrame } from "../../../../server/rpc/worker-stream/encode-frame.js";
import {
  heartbeatAckFrame,
  verdictAck,
  wireAssignment,
} from "../../../../server/rpc/worker-stream/encode.js";
import { ackMessage, assignmentMessage } from "../../../support/job-messages.js";
import { assignment, publicId } from "./stream-room.js";

const { responseSerialize } = services().worker.WorkerService.service.Connect;

function expectSame(frame: ConnectResponse): void {
  expect(encodeFrame(frame)?.toString("hex")).to.equal(responseSerialize(frame).toString("hex"));
}

const text = fc.string({ maxLength: 300, unit: "grapheme" });
const name = fc.string({ minLength: 1, maxLength: 20 });
const whole = fc.nat({ max: 2 ** 31 - 1 });
const timeout = fc.option(fc.integer({ min: 1, max: 2 ** 31 - 1 }));
const body = fc
  .oneof(fc.nat({ max: 300 }), fc.constantFrom(0, 127, 128, 16_383, 16_384, 70_000))
  .map((length) => Buffer.alloc(length, "x"));
const payload: fc.Arbitrary<Payload | null> = fc.option(
  fc.oneof(
    fc.record({ contentType: name, body, uri: fc.constant(null) }),
    fc.record({ contentType: name, body: fc.constant(null), uri: text }),
  ),
);
const parent = fc.record({
  publicId: name,
  key: fc.option(text),
  output: payload,
  succeeded: fc.boolean(),
});
const given = fc.record({
  publicId: name,
  leaseEpoch: whole,
  attempt: fc.integer({ min: 1, max: 100 }),
  maxAttempts: fc.integer({ min: 1, max: 100 }),
  type: text,
  payload,
  headers: fc.option(fc.dictionary(name, text, { maxKeys: 4, noNullPrototype: true })),
  executionTimeoutMs: timeout,
  startTimeoutMs: timeout,
  progressTimeoutMs: timeout,
  readyAtMs: fc.nat({ max: 2 ** 42 }),
  slackMs: fc.nat({ max: 3_600_000 }),
  graphPublicId: fc.option(name),
  effectivePriority: fc.integer({ min: -1_000, max: 1_000 }),
  checkpoint: payload,
  parents: fc.array(parent, { maxLength: 3 }),
  parentsTruncated: fc.boolean(),
});

describe("encodeFrame", () => {
  it("writes every field of the contract as the codec of proto-loader does, whichever are there", () => {
    fc.assert(
      fc.property(fc.array(assignmentMessage, { maxLength: 3 }), whole, (assignments, seq) => {
        expectSame({ seq, assignmentBatch: { assignments } });
      }),
    );
    fc.assert(
      fc.property(fc.array(ackMessage, { maxLength: 3 }), whole, (acks, seq) => {
        expectSame({ seq, resultAckBatch: { acks } });
      }),
    );
  });

  it("writes assignments as the codec of proto-loader does", () => {
    const kept = fc.constantFrom("all", "without_outputs", "none");
    fc.assert(
      fc.property(fc.array(given, { maxLength: 4 }), name, kept, whole, (all, queue, parents, seq) => {
        const assignments = all.map((fields, at) =>
          wireAssignment(assignment(at + 1, fields), queue, parents),
        );
        expectSame({ seq, ackSeq: seq + 1, assignmentBatch: { assignments } });
      }),
      { numRuns: 300 },
    );
  });

  it("writes acknowledgements as the codec of proto-loader does, whatever became of the results", () => {
    const verdict: fc.Arbitrary<Verdict> = fc.record({
      ref: fc.record({ jobId: whole, leaseEpoch: whole }),
      disposition: fc.constantFrom("committed", "duplicate", "conflict", "stale", "unknown_job"),
      willRetry: fc.boolean(),
      unblockedCount: fc.nat({ max: 10_000 }),
      unblockedIds: fc.array(name, { maxLength: 120 }),
    });
    fc.assert(
      fc.property(fc.array(verdict, { maxLength: 5 }), name, whole, (verdicts, jobId, epoch) => {
        const acks = verdicts.map((one) => verdictAck({ jobId, attempt: 1, leaseEpoch: epoch }, one));
        expectSame({ seq: 0, ackSeq: 2 ** 40, resultAckBatch: { acks } });
      }),
    );
  });

  it("knows every disposition and reason that an acknowledgement may have", () => {
    const dispositions: NonNullable<ResultAck["disposition"]>[] = [
      "RESULT_DISPOSITION_UNSPECIFIED",
      "RESULT_DISPOSITION_COMMITTED",
      "RESULT_DISPOSITION_DUPLICATE",
      "RESULT_DISPOSITION_STALE",
      "RESULT_DISPOSITION_UNKNOWN_JOB",
      "RESULT_DISPOSITION_INVALID",
      "RESULT_DISPOSITION_RETRY_LATER",
      "RESULT_DISPOSITION_CONFLICT",
    ];
    const ref = { jobId: publicId(1), attempt: 1, leaseEpoch: 1 };
    for (const disposition of dispositions)
      expectSame({ seq: 1, resultAckBatch: { acks: [{ ref, disposition, reason: "why" }] } });
    expectSame({ seq: 1, resultAckBatch: { acks: [{ disposition: 5 }] } });
  });

  it("writes numbers at every length of theirs", () => {
    for (const priority of [-(2 ** 31), -1_000, -129, -128, -1, 0, 1, 127, 128, 2 ** 31 - 1])
      expectSame({ seq: 1, assignmentBatch: { assignments: [{ priority }] } });
    for (const bits of [0, 7, 8, 14, 21, 28, 31, 32, 35, 42, 52]) {
      for (const seq of [2 ** bits - 1, 2 ** bits])
        expectSame({ seq, ackSeq: seq, assignmentBatch: { assignments: [] } });
    }
  });

  it("leaves all other frames to the codec of proto-loader", () => {
    expect(encodeFrame(heartbeatAckFrame({ pingId: 1, nextInMs: 5 }, 2, 3))).to.equal(null);
    expect(encodeFrame({ drainAck: { lastAssignmentSeq: 1 } })).to.equal(null);
  });
});
