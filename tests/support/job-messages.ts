/**
 * Messages of the worker stream of which there is one for every job, any of their fields there or not, for the tests that
 * hold their codecs equal to that of proto-loader. `FIELDS` are by message, so that a test can tell when the contract has
 * one that is not here.
 */
import fc from "fast-check";

const text = fc.string({ maxLength: 200, unit: "grapheme" });
const name = fc.string({ minLength: 1, maxLength: 20 });
const whole = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 2 ** 32 - 1 }));
const inline = fc
  .oneof(fc.nat({ max: 300 }), fc.constantFrom(0, 127, 128, 16_384))
  .map((length) => Buffer.alloc(length, "x"));

const Time = { seconds: fc.nat({ max: 2 ** 40 }), nanos: fc.nat({ max: 999_999_999 }) };
const time = fc.record(Time);
const Payload = { contentType: text, inline, uri: text };
const payload = fc.oneof(
  fc.record({ contentType: text, inline }, { requiredKeys: ["inline"] }),
  fc.record({ contentType: text, uri: text }, { requiredKeys: ["uri"] }),
  fc.record({ contentType: text }),
);
const JobRef = { jobId: name, attempt: whole, leaseEpoch: fc.nat({ max: 2 ** 50 }) };
const ref = fc.record(JobRef, { requiredKeys: [] });
const ParentOutput = { jobId: name, output: payload, key: text, succeeded: fc.boolean() };
const parent = fc.record(ParentOutput, { requiredKeys: [] });
const Assignment = {
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
};
const ResultAck = {
  ref,
  disposition: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7),
  reason: text,
  unblockedCount: whole,
  unblockedJobIds: fc.array(name, { minLength: 1, maxLength: 5 }),
  willRetry: fc.boolean(),
};
const Success = { output: payload };
const result = { ref, startedAt: time, finishedAt: time };

export const assignmentMessage = fc.record(Assignment, { requiredKeys: [] });
export const ackMessage = fc.record(ResultAck, { requiredKeys: [] });
/** Of a job that succeeded. */
export const successMessage = fc.record(
  { ...result, success: fc.record(Success, { requiredKeys: [] }) },
  { requiredKeys: ["success"] },
);

export const FIELDS: Readonly<Record<string, readonly string[]>> = {
  "muster.worker.v1.Assignment": Object.keys(Assignment),
  "muster.worker.v1.ParentOutput": Object.keys(ParentOutput),
  "muster.worker.v1.JobRef": Object.keys(JobRef),
  "muster.worker.v1.ResultAck": Object.keys(ResultAck),
  "muster.worker.v1.Success": Object.keys(Success),
  "muster.worker.v1.JobResult": [...Object.keys(result), "success", "failure", "cancelled"],
  "muster.common.v1.Payload": Object.keys(Payload),
  "google.protobuf.Timestamp": Object.keys(Time),
  "google.protobuf.Duration": Object.keys(Time),
};
