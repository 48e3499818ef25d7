/**
 * Bytes with a content type, and the rule that turns a value into them. Used for job payloads, results and
 * checkpoints alike, so that what one side puts in the other reads back the same way.
 */
import type { Payload as WirePayload, Payload__Output } from "../../proto/gen/muster/common/v1/Payload.js";

const JSON_TYPE = "application/json";
const BYTES_TYPE = "application/octet-stream";

/** Opaque bytes with a content type. Muster never looks inside. */
export class Payload {
  /** Empty when the body is kept elsewhere, see `uri`. */
  readonly bytes: Buffer;
  /** e.g. `application/json`. */
  readonly contentType: string;
  /** Where the body is kept when it was too large to send; undefined for an inline body. */
  readonly uri: string | undefined;

  constructor(bytes: Uint8Array, contentType: string = BYTES_TYPE, uri?: string) {
    this.bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.contentType = contentType;
    this.uri = uri;
  }

  /**
   * The body parsed as JSON; undefined for an empty body. `T` is the caller's word, it is not checked.
   * @throws SyntaxError when the body is not JSON
   */
  json<T = unknown>(): T {
    return (this.bytes.length === 0 ? undefined : JSON.parse(this.bytes.toString("utf8"))) as T;
  }

  text(): string {
    return this.bytes.toString("utf8");
  }
}

/** Bytes with a content type of your own: as a job's payload, a handler's return value or a checkpoint. */
export function payload(bytes: Uint8Array, contentType: string): Payload {
  return new Payload(bytes, contentType);
}

/**
 * undefined -> nothing; Payload -> itself; Buffer or Uint8Array -> octet-stream; anything else -> JSON.
 * @throws TypeError for what JSON cannot express (a function, a BigInt, a circle)
 */
export function toPayload(value: unknown): Payload | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Payload) return value;
  if (value instanceof Uint8Array) return new Payload(value);
  const text = JSON.stringify(value);
  if (typeof text !== "string") throw new TypeError(`cannot write a ${typeof value} as JSON`);
  return new Payload(Buffer.from(text, "utf8"), JSON_TYPE);
}

export function toWire(body: Payload): WirePayload {
  if (body.uri !== undefined) return { contentType: body.contentType, uri: body.uri };
  return { contentType: body.contentType, inline: body.bytes };
}

const EMPTY = new Payload(Buffer.alloc(0));

/** An absent payload reads as an empty one. */
export function fromWire(wire: Payload__Output | undefined): Payload {
  if (wire === undefined) return EMPTY;
  const type = wire.contentType === undefined || wire.contentType === "" ? BYTES_TYPE : wire.contentType;
  return new Payload(wire.inline ?? EMPTY.bytes, type, wire.uri);
}
