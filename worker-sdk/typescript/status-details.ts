/**
 * Reads google.rpc.Status out of a call's trailers: the stable reason, the bad fields, the advised delay.
 * The one place that knows the metadata key and the type URLs. Never throws: details that cannot be read are
 * treated as absent, the gRPC status alone still says what happened.
 */
import { status as grpcStatus, type Metadata, type ServiceError, type StatusObject } from "@grpc/grpc-js";
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import type { Any__Output } from "../../proto/gen/google/protobuf/Any.js";
import type { BadRequest__Output } from "../../proto/gen/google/rpc/BadRequest.js";
import type { ErrorInfo__Output } from "../../proto/gen/google/rpc/ErrorInfo.js";
import type { RetryInfo__Output } from "../../proto/gen/google/rpc/RetryInfo.js";
import type { Status__Output } from "../../proto/gen/google/rpc/Status.js";
import { partOfContract } from "../../proto/load.js";
import { fromDuration } from "./times.js";

const DETAILS_KEY = "grpc-status-details-bin";

export interface FieldViolation {
  /** e.g. `jobs[3].priority`. */
  readonly field: string;
  /** What was expected and what was got. */
  readonly description: string;
}

export interface StatusDetails {
  /** ErrorInfo.reason, a code of docs/errors.md; empty when the server sent none. */
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly FieldViolation[];
  /** RetryInfo; undefined when absent. */
  readonly retryDelayMs: number | undefined;
}

/** The name of a status number, e.g. `NOT_FOUND`; `UNKNOWN` for a number outside the table. */
export function statusName(code: number): string {
  return grpcStatus[code] ?? "UNKNOWN";
}

/** Of the trailers of a call that failed. */
export function statusDetails(metadata: Metadata | undefined): StatusDetails {
  const bytes = metadata?.get(DETAILS_KEY)[0];
  const status = Buffer.isBuffer(bytes) ? decode<Status__Output>("google.rpc.Status", bytes) : undefined;
  return readDetails(status?.details);
}

/** Of a google.rpc.Status wherever it came from. */
export function readDetails(details: readonly Any__Output[] = []): StatusDetails {
  const found: { -readonly [K in keyof StatusDetails]: StatusDetails[K] } = {
    reason: "",
    metadata: {},
    violations: [],
    retryDelayMs: undefined,
  };
  for (const detail of details) {
    const type = detail.type_url?.split("/").at(-1);
    const value = detail.value ?? Buffer.alloc(0);
    if (type === "google.rpc.ErrorInfo") {
      const info = decode<ErrorInfo__Output>(type, value);
      found.reason = info?.reason ?? "";
      found.metadata = info?.metadata ?? {};
    } else if (type === "google.rpc.BadRequest") {
      const bad = decode<BadRequest__Output>(type, value);
      found.violations = (bad?.fieldViolations ?? []).map((each) => ({
        field: each.field ?? "",
        description: each.description ?? "",
      }));
    } else if (type === "google.rpc.RetryInfo") {
      found.retryDelayMs = fromDuration(decode<RetryInfo__Output>(type, value)?.retryDelay);
    }
  }
  return found;
}

export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && typeof error.code === "number" && "metadata" in error;
}

/** True when the call never reached a server, so that it may be sent again whatever it does. */
export function neverSent(status: Pick<StatusObject, "code" | "details">): boolean {
  // grpc-js says it in words only: its picker answers with the first two while no connection exists, and a stream
  // that the server refused (REFUSED_STREAM) was not looked at, says HTTP/2.
  const words = /^(\w+: )?(No connection established|Name resolution failed|Stream refused by server)/;
  return status.code === grpcStatus.UNAVAILABLE && words.test(status.details);
}

/**
 * True when no server said this: grpc-js makes INTERNAL up for a stream that breaks in the middle. It is a lost
 * connection like any other.
 */
export function isBrokenStream(status: Pick<StatusObject, "code" | "details">): boolean {
  return status.code === grpcStatus.INTERNAL && /^(Received RST_STREAM|Write error)/.test(status.details);
}

function decode<T>(name: string, bytes: Buffer): T | undefined {
  const definition = partOfContract("status")[name] as MessageTypeDefinition<object, T>;
  try {
    return definition.deserialize(bytes);
  } catch {
    return undefined;
  }
}
