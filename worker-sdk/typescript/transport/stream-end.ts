/**
 * What the end of a stream means for the worker: the table of docs/protocol.md. Pure.
 */
import { status as grpcStatus, type Metadata } from "@grpc/grpc-js";
import { statusDetails, statusName } from "../status-details.js";

export interface StreamEnd {
  /**
   * `fatal`: stop for good. `fresh`: the session is over, come back without it. `auth`: the token was refused, a
   * newer one may do. `resume`: come back with the session. `done`: the server agreed that nothing is left.
   */
  readonly next: "fatal" | "fresh" | "auth" | "resume" | "done";
  /** ErrorInfo.reason, or the gRPC status by name. */
  readonly code: string;
  readonly grpcStatus: string;
  readonly message: string;
  /** Not before this, ms; 0 when the server did not say. */
  readonly delayMs: number;
}

const FATAL_REASONS: ReadonlySet<string> = new Set([
  "SESSION_REPLACED",
  "HELLO_INVALID",
  "FRAME_INVALID",
  "PROTOCOL_UNSUPPORTED",
  "QUEUE_FORBIDDEN",
]);

const FATAL_STATUSES: ReadonlySet<number> = new Set([
  grpcStatus.INVALID_ARGUMENT,
  grpcStatus.PERMISSION_DENIED,
  grpcStatus.FAILED_PRECONDITION,
  grpcStatus.UNIMPLEMENTED,
]);

/** Everything that is not in the table is a lost stream: UNAVAILABLE, INTERNAL, CANCELLED that we did not ask for. */
export function readStreamEnd(status: {
  readonly code: number;
  readonly details: string;
  readonly metadata?: Metadata;
}): StreamEnd {
  const details = statusDetails(status.metadata);
  const name = statusName(status.code);
  const found = {
    code: details.reason === "" ? name : details.reason,
    grpcStatus: name,
    message: status.details === "" ? `the stream ended with ${name}` : status.details,
    delayMs: details.retryDelayMs ?? 0,
  };
  if (status.code === grpcStatus.OK) return { ...found, next: "done" };
  if (details.reason === "SESSION_EXPIRED") return { ...found, next: "fresh" };
  if (FATAL_REASONS.has(details.reason) || FATAL_STATUSES.has(status.code))
    return { ...found, next: "fatal" };
  return { ...found, next: status.code === grpcStatus.UNAUTHENTICATED ? "auth" : "resume" };
}
