/**
 * What a handler's return or throw means in the contract's words. Pure.
 */
import type { Failure } from "../../../proto/gen/muster/worker/v1/Failure.js";
import type { Success } from "../../../proto/gen/muster/worker/v1/Success.js";
import type { Cancelled } from "../../../proto/gen/muster/worker/v1/Cancelled.js";
import { toPayload, toWire } from "../payload.js";
import { toDuration } from "../times.js";
import { NonRetryableError, ReleaseError, RetryAfterError, type JobAbortedError } from "./handler-errors.js";

const STACK_BYTES_MAX = 8 * 1024;
const MESSAGE_BYTES_MAX = 4 * 1024;
const TYPE_BYTES_MAX = 200;
const UNREADABLE = "the handler threw a value that cannot be read";

export type Outcome =
  | { readonly success: Success }
  | { readonly failure: Failure }
  | { readonly cancelled: Cancelled }
  | { readonly release: { readonly delayMs: number } };

/** @param bytesMax most bytes of an output; a larger one is a failure no retry would change */
export function outcomeOfReturn(value: unknown, bytesMax: number): Outcome {
  let output;
  try {
    output = toPayload(value);
  } catch (error) {
    return outcomeOfThrow(error, undefined);
  }
  if (output === undefined) return { success: {} };
  if (output.bytes.length > bytesMax) {
    const message = `a result may have ${bytesMax} bytes, this one has ${output.bytes.length}`;
    return { failure: { errorType: "RESULT_TOO_LARGE", message, nonRetryable: true } };
  }
  return { success: { output: toWire(output) } };
}

/** @param aborted why the handler was told to stop, if it was */
export function outcomeOfThrow(error: unknown, aborted: JobAbortedError | undefined): Outcome {
  if (aborted?.kind === "cancelled") return { cancelled: { reason: aborted.message } };
  try {
    if (error instanceof ReleaseError) return { release: { delayMs: Number(error.delayMs) } };
    return { failure: toFailure(error) };
  } catch {
    // A proxy may refuse even to say what it is.
    return { failure: { errorType: "Error", message: UNREADABLE } };
  }
}

export function timeoutOutcome(timeoutMs: number): Outcome {
  return { failure: { errorType: "TIMEOUT", message: `the handler ran longer than ${timeoutMs} ms` } };
}

/** Anything may be thrown, and what is read of it may be anything: it ends this job, never the process. */
function toFailure(error: unknown): Failure {
  if (!(error instanceof Error))
    return { errorType: "Error", message: cut(textOf(error, UNREADABLE), MESSAGE_BYTES_MAX) };
  return {
    errorType: cut(read(error, "name", "Error"), TYPE_BYTES_MAX),
    message: cut(read(error, "message", ""), MESSAGE_BYTES_MAX),
    stackTrace: cut(read(error, "stack", ""), STACK_BYTES_MAX),
    nonRetryable: error instanceof NonRetryableError,
    ...(error instanceof RetryAfterError && { retryAfter: toDuration(error.delayMs) }),
  };
}

function read(error: Error, field: "name" | "message" | "stack", otherwise: string): string {
  try {
    return error[field] === undefined ? otherwise : textOf(error[field], otherwise);
  } catch {
    return otherwise;
  }
}

function textOf(value: unknown, otherwise: string): string {
  try {
    return String(value);
  } catch {
    return otherwise; // an object without a prototype, or whose toString throws
  }
}

/** At most `bytesMax` bytes of UTF-8, never half a character. */
function cut(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax) return text;
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= bytesMax) return text;
  let end = bytesMax;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end);
}
