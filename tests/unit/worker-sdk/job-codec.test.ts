/** The messages that are read and written for every job, against the codec of proto-loader: the same. */
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import { expect } from "chai";
import fc from "fast-check";
import type { JobResult } from "../../../proto/gen/muster/worker/v1/JobResult.js";
import { contract } from "../../../proto/load.js";
import { encodeResults } from "../../../worker-sdk/typescript/transport/frames.js";
import {
  decodeAssignments,
  decodeResultAcks,
  encodeSuccesses,
} from "../../../worker-sdk/typescript/transport/job-codec.js";

function codecOf(name: string): MessageTypeDefinition<object, Record<string, unknown>> {
  return contract()[`muster.worker.v1.${name}`] as unknown as MessageTypeDefinition<
    object,
    Record<string, unknown>
  >;
}

const [assignmentBatch, ackBatch, resultBatch] = ["AssignmentBatch", "ResultAckBatch", "ResultBatch"].map(
  codecOf,
);

const text = fc.string({ maxLength: 200, unit: "grapheme" });
const name = fc.string({ minLength: 1, maxLength: 20 });
const whole = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 2 ** 32 - 1 }));
const time = fc.record({ seconds: fc.nat({ max: 2 ** 40 }), nanos: fc.nat({ max: 999_999_999 }) });
const inline = fc
  .oneof(fc.nat({ max: 300 }), fc.constantFrom(0, 127, 128, 16_384))
  .map((length) => Buffer.alloc(length, "x"));
const payload = fc.oneof(
  fc.record({ contentType: text, inline }, { requiredKeys: ["inline"] }),
  fc.record({ contentType: text, uri: text }, { requiredKeys: ["uri"] }),
  fc.record({ contentType: text }),
);
const ref = fc.record(
  { jobId: name, attempt: whole, leaseEpoch: fc.nat({ max: 2 ** 50 }) },
  { requiredKeys: [] },
);
const parent = fc.record(
  { jobId: name, output: payload, key: text, succeeded: fc.boolean() },
  { requiredKeys: [] },
);
const assignment = fc.record(
  {
    ref,
    queue: text,
    jobType: text,
    payload,
    headers: fc.dictionary(name, text, { maxKeys: 4, noNullPrototype: true }),
    executionTimeout: time,
    enqueuedAt: time,
    graphId: text,
    parents: fc.array(parent, { minLength: 1, maxLength: 3 }),
    traceparent: text,
    tracestate: text,
    priority: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    maxAttempts: whole,
    checkpoint: payload,
    parentsTruncated: fc.boolean(),
    startTimeout: time,
    progressTimeout: time,
    slack: time,
  },
  { requiredKeys: [] },
);

describe("the codec of jobs", () => {
  it("reads assignments as the codec of proto-loader does", () => {
    fc.assert(
      fc.property(fc.array(assignment, { maxLength: 4 }), (assignments) => {
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
    const ack = fc.record(
      {
        ref,
        disposition: fc.nat({ max: 7 }),
        reason: text,
        unblockedCount: whole,
        unblockedJobIds: fc.array(name, { minLength: 1, maxLength: 5 }),
        willRetry: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(ack, { maxLength: 5 }), (acks) => {
        const bytes = ackBatch?.serialize({ acks }) as Buffer;
        const { acks: expected = [] } = ackBatch?.deserialize(bytes) ?? {};
        expect(decodeResultAcks(bytes)).to.deep.equal(expected);
      }),
    );
  });

  it("writes successes as the codec of proto-loader does, byte for byte, and leaves the rest to it", () => {
    const success = fc.record({ output: payload }, { requiredKeys: [] });
    const result = fc.record(
      { ref, success, startedAt: time, finishedAt: time },
      { requiredKeys: ["success"] },
    );
    fc.assert(
      fc.property(fc.array(result, { maxLength: 4 }), (results) => {
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
