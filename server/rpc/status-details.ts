/**
 * The bytes of `grpc-status-details-bin`: a google.rpc.Status with ErrorInfo, BadRequest and RetryInfo, as the
 * gRPC libraries of other languages read it. They travel in the trailers, which proxies bound at 8 KiB, so the
 * whole is kept under 3 KiB (4 KiB in base64) by leaving violations out. Called by status.ts alone.
 */
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import { contract } from "../../proto/load.js";
import type { BadRequest } from "../../proto/gen/google/rpc/BadRequest.js";
import type { ErrorInfo } from "../../proto/gen/google/rpc/ErrorInfo.js";
import type { RetryInfo } from "../../proto/gen/google/rpc/RetryInfo.js";
import type { Status } from "../../proto/gen/google/rpc/Status.js";
import type { FieldViolation } from "../core/errors.js";
import { encodeDuration } from "./codec/time.js";

export const DETAILS_BYTES_MAX = 3_072;
const METADATA_BYTES_MAX = 1_024;
const METADATA_TEXT_MAX = 100;
const FIELD_MAX = 120;
const DESCRIPTION_MAX = 300;

export interface StatusDetails {
  readonly code: number;
  readonly message: string;
  /** A code of docs/errors.md. */
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly FieldViolation[];
  readonly retryDelayMs: number | null;
}

/** Violations are left out from the end; how many is said in ErrorInfo's metadata as `violations_omitted`. */
export function serializeDetails(details: StatusDetails): Buffer {
  let kept = details.violations.length;
  for (;;) {
    const bytes = serializeWith(details, kept);
    if (bytes.length <= DETAILS_BYTES_MAX || kept === 0) return bytes;
    kept = Math.floor(kept / 2);
  }
}

function serializeWith(details: StatusDetails, kept: number): Buffer {
  const omitted = details.violations.length - kept;
  const metadata = fittingMetadata(details.metadata);
  if (omitted > 0) metadata["violations_omitted"] = String(omitted);
  const parts = [
    pack("google.rpc.ErrorInfo", { reason: details.reason, domain: "muster", metadata } satisfies ErrorInfo),
  ];
  if (kept > 0) {
    const fieldViolations = details.violations.slice(0, kept).map(({ field, expected, got }) => ({
      field: cut(field, FIELD_MAX),
      description: cut(`expected ${expected}, got ${got}`, DESCRIPTION_MAX),
    }));
    parts.push(pack("google.rpc.BadRequest", { fieldViolations } satisfies BadRequest));
  }
  if (details.retryDelayMs !== null) {
    const retryDelay = encodeDuration(details.retryDelayMs);
    parts.push(pack("google.rpc.RetryInfo", { retryDelay } satisfies RetryInfo));
  }
  return serialize("google.rpc.Status", {
    code: details.code,
    message: details.message,
    details: parts,
  } satisfies Status);
}

/** The first entries whose sizes add up to no more than the limit. */
function fittingMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const fit: Record<string, string> = {};
  let bytes = 0;
  for (const [key, value] of Object.entries(metadata)) {
    const [shortKey, shortValue] = [cut(key, METADATA_TEXT_MAX), cut(value, METADATA_TEXT_MAX)];
    bytes += Buffer.byteLength(shortKey) + Buffer.byteLength(shortValue);
    if (bytes > METADATA_BYTES_MAX) break;
    fit[shortKey] = shortValue;
  }
  return fit;
}

/** Goes through UTF-8, so that a pair of surrogates cut in half does not make the message unreadable. */
function cut(text: string, length: number): string {
  return Buffer.from(text.slice(0, length)).toString();
}

interface PackedAny {
  readonly type_url: string;
  readonly value: Buffer;
}

/** protobufjs keeps the JSON names of Any as `type_url` and `value`. */
function pack(type: string, message: object): PackedAny {
  return { type_url: `type.googleapis.com/${type}`, value: serialize(type, message) };
}

export function deserializeStatus(bytes: Buffer): Status {
  const { deserialize } = definitionOf("google.rpc.Status");
  return deserialize(bytes);
}

function serialize(type: string, message: object): Buffer {
  return definitionOf(type).serialize(message);
}

function definitionOf(type: string): MessageTypeDefinition<object, object> {
  const definition = contract()[type];
  if (definition === undefined || !("serialize" in definition) || !("deserialize" in definition))
    throw new Error(`the contract has no message ${type}`);
  return definition as MessageTypeDefinition<object, object>;
}
