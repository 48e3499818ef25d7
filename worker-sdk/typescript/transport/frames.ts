/**
 * The frames of the worker stream: their numbers, and one typed function for each that is made or read outside
 * the hot path. proto-loader encodes laxly (a misspelt field vanishes), so nothing else builds a message body.
 * Every maker `satisfies` the generated input type.
 */
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import type { CancelBatch__Output } from "../../../proto/gen/muster/worker/v1/CancelBatch.js";
import type { DrainRequest } from "../../../proto/gen/muster/worker/v1/DrainRequest.js";
import type { FlowUpdate } from "../../../proto/gen/muster/worker/v1/FlowUpdate.js";
import type { Heartbeat } from "../../../proto/gen/muster/worker/v1/Heartbeat.js";
import type { HeartbeatAck__Output } from "../../../proto/gen/muster/worker/v1/HeartbeatAck.js";
import type { Hello } from "../../../proto/gen/muster/worker/v1/Hello.js";
import type { JobResult } from "../../../proto/gen/muster/worker/v1/JobResult.js";
import type { Notice__Output } from "../../../proto/gen/muster/worker/v1/Notice.js";
import type { ProgressBatch } from "../../../proto/gen/muster/worker/v1/ProgressBatch.js";
import type { ReconcileBatch__Output } from "../../../proto/gen/muster/worker/v1/ReconcileBatch.js";
import type { ReleaseAckBatch__Output } from "../../../proto/gen/muster/worker/v1/ReleaseAckBatch.js";
import type { ReleaseBatch } from "../../../proto/gen/muster/worker/v1/ReleaseBatch.js";
import type { ResultBatch } from "../../../proto/gen/muster/worker/v1/ResultBatch.js";
import type { RevokeBatch__Output } from "../../../proto/gen/muster/worker/v1/RevokeBatch.js";
import type { ServerDrain__Output } from "../../../proto/gen/muster/worker/v1/ServerDrain.js";
import type { Welcome__Output } from "../../../proto/gen/muster/worker/v1/Welcome.js";
import { partOfContract } from "../../../proto/load.js";
import { encodeSuccesses } from "./encode-successes.js";

/** Members of ConnectRequest. */
export const UP = {
  hello: 10,
  heartbeat: 11,
  flowUpdate: 12,
  progressBatch: 13,
  resultBatch: 14,
  releaseBatch: 15,
  drainRequest: 16,
} as const;

/** Members of ConnectResponse. */
export const DOWN = {
  welcome: 10,
  reconcileBatch: 11,
  heartbeatAck: 12,
  assignmentBatch: 13,
  resultAckBatch: 14,
  cancelBatch: 15,
  revokeBatch: 16,
  serverDrain: 17,
  drainAck: 18,
  notice: 20,
  releaseAckBatch: 21,
} as const;

export const encodeHello = encoder<Hello>("Hello");
export const encodeHeartbeat = encoder<Heartbeat>("Heartbeat");
export const encodeFlowUpdate = encoder<FlowUpdate>("FlowUpdate");
export const encodeDrainRequest = encoder<DrainRequest>("DrainRequest");
const encodeAnyResults = encoder<ResultBatch>("ResultBatch");
export const encodeResult = encoder<JobResult>("JobResult");
export const encodeProgress = encoder<ProgressBatch>("ProgressBatch");
export const encodeReleases = encoder<ReleaseBatch>("ReleaseBatch");

export const decodeWelcome = decoder<Welcome__Output>("Welcome");
export const decodeReconcile = decoder<ReconcileBatch__Output>("ReconcileBatch");
export const decodeHeartbeatAck = decoder<HeartbeatAck__Output>("HeartbeatAck");
export const decodeCancels = decoder<CancelBatch__Output>("CancelBatch");
export const decodeRevokes = decoder<RevokeBatch__Output>("RevokeBatch");
export const decodeServerDrain = decoder<ServerDrain__Output>("ServerDrain");
export const decodeNotice = decoder<Notice__Output>("Notice");
export const decodeReleaseAcks = decoder<ReleaseAckBatch__Output>("ReleaseAckBatch");

/** A ResultBatch. */
export function encodeResults(results: readonly JobResult[]): Buffer {
  return encodeSuccesses(results) ?? encodeAnyResults({ results: [...results] });
}

/** Loads the contract, which the first message that needs its codec would do otherwise. */
export function loadFrames(): void {
  encodeAnyResults({});
}

/** Looked up at the first message: who imports the SDK for its client has no use for it. */
function encoder<Input>(name: string): (message: Input) => Buffer {
  let encode: ((message: Input) => Buffer) | undefined;
  return (message) => (encode ??= definition<Input, never>(name).serialize)(message);
}

function decoder<Output>(name: string): (body: Buffer) => Output {
  let decode: ((body: Buffer) => Output) | undefined;
  return (body) => (decode ??= definition<never, Output>(name).deserialize)(body);
}

function definition<Input, Output>(name: string): MessageTypeDefinition<Input, Output> {
  return partOfContract("worker")[`muster.worker.v1.${name}`] as unknown as MessageTypeDefinition<
    Input,
    Output
  >;
}
