/**
 * What every failed client call throws. `code` is stable and the thing to switch on (docs/errors.md); the
 * gRPC status is its coarse form. Built from a grpc-js error in this one place.
 */
import { status as grpcStatus } from "@grpc/grpc-js";
import type { Status__Output } from "../../../proto/gen/google/rpc/Status.js";
import {
  isBrokenStream,
  isServiceError,
  neverSent,
  readDetails,
  statusDetails,
  statusName,
  type FieldViolation,
  type StatusDetails,
} from "../status-details.js";

const UNAVAILABLE = statusName(grpcStatus.UNAVAILABLE);

/** True when the server surely wrote nothing, whatever the call was. */
const NOTHING_WRITTEN: ReadonlySet<string> = new Set(["STORE_DOWN", "DRAINING", "OVERLOADED"]);

export interface MusterClientErrorFields {
  readonly code: string;
  readonly grpcStatus: string;
  readonly violations?: readonly FieldViolation[];
  readonly retryDelayMs?: number | undefined;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly neverSent?: boolean;
  readonly cause?: unknown;
}

export class MusterClientError extends Error {
  override readonly name = "MusterClientError";
  /** A code of docs/errors.md, e.g. `JOB_NOT_FOUND`; the name of the gRPC status when the server gave none. */
  readonly code: string;
  /** e.g. `NOT_FOUND`. */
  readonly grpcStatus: string;
  /** The bad fields, for INVALID_ARGUMENT and FAILED_PRECONDITION. */
  readonly violations: readonly FieldViolation[];
  /** How long the server advises to wait; undefined when it did not say. */
  readonly retryDelayMs: number | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** True when the server surely wrote nothing: the same call may be made again, with or without a key. */
  readonly nothingWritten: boolean;

  constructor(message: string, fields: MusterClientErrorFields) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.grpcStatus = fields.grpcStatus;
    this.violations = fields.violations ?? [];
    this.retryDelayMs = fields.retryDelayMs;
    this.metadata = fields.metadata ?? {};
    this.nothingWritten = fields.neverSent === true || NOTHING_WRITTEN.has(fields.code);
  }
}

/** Turns a google.rpc.Status, by which one item of a stream was refused, into a MusterClientError. */
export function refusalOf(status: Status__Output): MusterClientError {
  const name = statusName(status.code ?? grpcStatus.UNKNOWN);
  return errorOf({ status: name, message: status.message ?? "", ...readDetails(status.details) });
}

/** Turns what grpc-js threw into a MusterClientError; anything else is handed back as it is. */
export function toClientError(error: unknown): Error {
  if (error instanceof MusterClientError) return error;
  if (!isServiceError(error)) return error instanceof Error ? error : new Error(String(error));
  const details = statusDetails(error.metadata);
  const cause = { neverSent: neverSent(error), cause: error };
  const status = isBrokenStream(error) ? UNAVAILABLE : statusName(error.code);
  return errorOf({ status, message: error.details, ...details, ...cause });
}

function errorOf({
  status,
  message,
  reason,
  ...fields
}: StatusDetails & {
  readonly status: string;
  readonly message: string;
  readonly neverSent?: boolean;
  readonly cause?: unknown;
}): MusterClientError {
  const code = reason === "" ? status : reason;
  return new MusterClientError(message === "" ? status : message, { code, grpcStatus: status, ...fields });
}

/** True when trying the same call again can help and cannot do harm. */
export function mayRetry(error: unknown, idempotent: boolean): error is MusterClientError {
  // What was ended on this side is not wanted any more, sent or not.
  if (!(error instanceof MusterClientError) || error.grpcStatus === "CANCELLED") return false;
  if (error.nothingWritten) return true;
  return idempotent && error.grpcStatus === UNAVAILABLE;
}
