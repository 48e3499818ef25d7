/** The wire reader against the real codec: whatever one writes the other reads. */
import { expect } from "chai";
import fc from "fast-check";
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import type { ConnectRequest__Output } from "../../../proto/gen/muster/worker/v1/ConnectRequest.js";
import type { ConnectResponse } from "../../../proto/gen/muster/worker/v1/ConnectResponse.js";
import { contract } from "../../../proto/load.js";
import * as frames from "../../../worker-sdk/typescript/transport/frames.js";
import { joinFrame, splitBatch, splitFrame, toEntry } from "../../../worker-sdk/typescript/transport/wire.js";

const definition = <I, O>(name: string) =>
  contract()[`muster.worker.v1.${name}`] as unknown as MessageTypeDefinition<I, O>;
const response = definition<ConnectResponse, unknown>("ConnectResponse");
const request = definition<unknown, ConnectRequest__Output>("ConnectRequest");

const counter = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const ref = fc.record({
  jobId: fc.string({ minLength: 1, unit: "grapheme" }),
  attempt: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  leaseEpoch: counter,
});

describe("wire", () => {
  it("splits any frame of the codec into its counters and its member's body", () => {
    fc.assert(
      fc.property(counter, counter, fc.array(ref), (seq, ackSeq, refs) => {
        const bytes = response.serialize({ seq, ackSeq, releaseAckBatch: { refs } });
        const split = splitFrame(bytes);
        expect([split.seq, split.ackSeq, split.member]).to.deep.equal([
          seq,
          ackSeq,
          frames.DOWN.releaseAckBatch,
        ]);
        expect(frames.decodeReleaseAcks(split.body).refs ?? []).to.deep.equal(refs);
      }),
    );
  });

  it("splits any batch into the jobs it is about, and joins the pieces back", () => {
    const items = fc.array(fc.tuple(ref, fc.uint8Array({ maxLength: 300 })), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(counter, counter, items, (seq, ackSeq, jobs) => {
        const results = jobs.map(([each, inline]) => ({ ref: each, success: { output: { inline } } }));
        const batch = splitBatch(frames.encodeResults(results));
        expect(batch.map(({ jobId, attempt, leaseEpoch }) => ({ jobId, attempt, leaseEpoch }))).to.deep.equal(
          jobs.map(([each]) => each),
        );
        const parts = batch.map((item) => item.entry);
        const frame = request.deserialize(joinFrame(seq, ackSeq, frames.UP.resultBatch, parts));
        expect([frame.seq, frame.ackSeq, frame.message]).to.deep.equal([seq, ackSeq, "resultBatch"]);
        const read = (frame.resultBatch?.results ?? []).map((result) => result.success?.output?.inline);
        expect(read).to.deep.equal(jobs.map(([, inline]) => Buffer.from(inline)));
      }),
    );
  });

  it("makes an entry of an encoded item", () => {
    const item = frames.encodeResult({ ref: { jobId: "a", attempt: 1, leaseEpoch: 2 }, success: {} });
    expect(splitBatch(toEntry(item))).to.deep.equal([
      { jobId: "a", attempt: 1, leaseEpoch: 2, entry: toEntry(item) },
    ]);
  });

  it("says that a frame is broken instead of reading on", () => {
    const whole = response.serialize({ seq: 300, releaseAckBatch: { refs: [{ jobId: "abc" }] } });
    for (let end = 1; end < whole.length; end++) {
      const { member } = { member: 0, ...tryTo(() => splitFrame(whole.subarray(0, end))) };
      expect(member).to.equal(0);
    }
    expect(() => splitFrame(Buffer.from([0x0b]))).to.throw(RangeError);
    expect(() => splitFrame(Buffer.alloc(11, 0xff))).to.throw(RangeError);
  });

  it("gives every member the number of the contract", () => {
    for (const [name, member] of Object.entries(frames.UP)) {
      expect(request.deserialize(joinFrame(1, 0, member, [])).message, name).to.equal(name);
    }
    for (const [name, member] of Object.entries(frames.DOWN)) {
      expect(splitFrame(response.serialize({ seq: 1, [name]: {} })).member, name).to.equal(member);
    }
  });
});

function tryTo<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    expect(error).to.be.instanceOf(RangeError);
    return undefined;
  }
}
