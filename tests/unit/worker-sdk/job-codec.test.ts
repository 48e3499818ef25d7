/** The messages that are read and written for every job, against the codec of proto-loader: the same. */
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import { expect } from "chai";
import fc from "fast-check";
import type { JobResult } from "../../../proto/gen/muster/worker/v1/JobResult.js";
import { contract } from "../../../proto/load.js";
import { ackMessage, assignmentMessage, FIELDS, successMessage } from "../../support/job-messages.js";
import { fieldNames } from "../rpc/messages.js";
import { encodeSuccesses } from "../../../worker-sdk/typescript/transport/encode-successes.js";
import { encodeResults } from "../../../worker-sdk/typescript/transport/frames.js";
import { decodeAssignments, decodeResultAcks } from "../../../worker-sdk/typescript/transport/job-codec.js";

function codecOf(name: string): MessageTypeDefinition<object, Record<string, unknown>> {
  return contract()[`muster.worker.v1.${name}`] as unknown as MessageTypeDefinition<
    object,
    Record<string, unknown>
  >;
}

const [assignmentBatch, ackBatch, resultBatch] = ["AssignmentBatch", "ResultAckBatch", "ResultBatch"].map(
  codecOf,
);

describe("the codec of jobs", () => {
  it("is compared over every field that the contract has", () => {
    for (const [message, fields] of Object.entries(FIELDS))
      expect(fields, message).to.have.members(fieldNames(message));
  });

  it("reads assignments as the codec of proto-loader does", () => {
    fc.assert(
      fc.property(fc.array(assignmentMessage, { maxLength: 4 }), (assignments) => {
        const bytes = assignmentBatch?.serialize({ assignments }) as Buffer;
        const { assignments: expected = [] } = assignmentBatch?.deserialize(bytes) ?? {};
        expect(decodeAssignments(bytes)).to.deep.equal(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("reads a header as a field, whatever its name", () => {
    const headers = JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>;
    const entries = Object.entries(headers).map(([key, value]) => {
      const entry = Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from(value))]);
      return field(5, entry);
    });
    const [read] = decodeAssignments(field(1, Buffer.concat(entries)));
    expect(Object.entries(read?.headers ?? {})).to.deep.equal(Object.entries(headers));
  });

  it("passes over what it does not know, and refuses what ends early", () => {
    const known = assignmentBatch?.serialize({
      assignments: [{ queue: "q", ref: { jobId: "j" } }],
    }) as Buffer;
    const strange = [field(99, Buffer.from("x")), Buffer.from([0x98, 0x06, 0x05])];
    expect(decodeAssignments(Buffer.concat([...strange, known]))).to.deep.equal([
      { queue: "q", ref: { jobId: "j" } },
    ]);
    const inside = field(1, Buffer.concat([...strange, field(2, Buffer.from("q"))]));
    expect(decodeAssignments(inside)).to.deep.equal([{ queue: "q" }]);
    expect(() => decodeAssignments(known.subarray(0, known.length - 1))).to.throw(RangeError);
    expect(decodeResultAcks(field(1, Buffer.from([0x10, 0x63])))).to.deep.equal([{}]);
  });

  it("reads acknowledgements as the codec of proto-loader does", () => {
    fc.assert(
      fc.property(fc.array(ackMessage, { maxLength: 5 }), (acks) => {
        const bytes = ackBatch?.serialize({ acks }) as Buffer;
        const { acks: expected = [] } = ackBatch?.deserialize(bytes) ?? {};
        expect(decodeResultAcks(bytes)).to.deep.equal(expected);
      }),
    );
  });

  it("writes successes as the codec of proto-loader does, byte for byte, and leaves the rest to it", () => {
    fc.assert(
      fc.property(fc.array(successMessage, { maxLength: 4 }), (results) => {
        const bytes = resultBatch?.serialize({ results }) as Buffer;
        expect(encodeSuccesses(results)?.toString("hex")).to.equal(bytes.toString("hex"));
        const mixed: JobResult[] = [...results, { failure: { errorType: "E" } }];
        expect(encodeSuccesses(mixed)).to.equal(null);
        expect(encodeResults(mixed)).to.deep.equal(resultBatch?.serialize({ results: mixed }));
      }),
      { numRuns: 200 },
    );
  });
});

/** A field of bytes, up to 127 of them. */
function field(number: number, bytes: Buffer): Buffer {
  const tag = number * 8 + 2;
  const head = tag < 128 ? [tag] : [(tag % 128) | 128, Math.floor(tag / 128)];
  return Buffer.concat([Buffer.from([...head, bytes.length]), bytes]);
}
