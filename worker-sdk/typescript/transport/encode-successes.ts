/** Successes, straight to bytes: nearly all results are. See job-codec.ts for the other way. */
import type { Timestamp } from "../../../proto/gen/google/protobuf/Timestamp.js";
import type { JobResult } from "../../../proto/gen/muster/worker/v1/JobResult.js";
import { WireWriter } from "../../../proto/wire-writer.js";

/** Of one without its output. */
const RESULT_BYTES = 128;

/** @returns null when one of them is no success: these are left to the codec of proto-loader */
export function encodeSuccesses(results: readonly JobResult[]): Buffer | null {
  let bytes = 0;
  for (const { success } of results) {
    if (success == null) return null;
    bytes += RESULT_BYTES + ((success.output?.inline as Uint8Array | undefined)?.length ?? 0);
  }
  const out = new WireWriter(bytes);
  for (const result of results) putSuccess(out, result);
  return out.finish();
}

function putSuccess(out: WireWriter, { ref, success, startedAt, finishedAt }: JobResult): void {
  const start = out.begin(1);
  if (ref != null) {
    const inner = out.begin(1);
    if (ref.jobId !== undefined) out.string(1, ref.jobId);
    if (ref.attempt !== undefined) out.uint(2, ref.attempt);
    if (ref.leaseEpoch !== undefined) out.uint(3, Number(ref.leaseEpoch));
    out.end(inner);
  }
  const inner = out.begin(2);
  const output = success?.output;
  if (output != null) {
    const payload = out.begin(1);
    if (output.contentType !== undefined) out.string(1, output.contentType);
    if (output.inline !== undefined) out.bytes(2, output.inline as Uint8Array);
    if (output.uri !== undefined) out.string(3, output.uri);
    out.end(payload);
  }
  out.end(inner);
  putTime(out, 5, startedAt);
  putTime(out, 6, finishedAt);
  out.end(start);
}

function putTime(out: WireWriter, field: number, time: Timestamp | null | undefined): void {
  if (time == null) return;
  const start = out.begin(field);
  if (time.seconds !== undefined) out.uint(1, Number(time.seconds));
  if (time.nanos !== undefined) out.uint(2, time.nanos);
  out.end(start);
}
