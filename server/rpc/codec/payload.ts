/**
 * Payloads: opaque bytes with their content type, inline or by reference. Never looks inside and never copies
 * the bytes. Used by the jobs service and the worker stream.
 */
import type {
  Payload as PayloadInput,
  Payload__Output,
} from "../../../proto/gen/muster/common/v1/Payload.js";
import type { Payload } from "../../core/job.js";
import { shown } from "../../core/validate.js";
import type { Fields } from "./fields.js";

const CONTENT_TYPE_DEFAULT = "application/octet-stream";
const CONTENT_TYPE_MAX = 200;
const URI_MAX = 2_000;

export function encodePayload(payload: Payload | null): PayloadInput | null {
  if (payload === null) return null;
  const { contentType } = payload;
  return payload.uri === null
    ? ({ contentType, inline: payload.body ?? Buffer.alloc(0) } satisfies PayloadInput)
    : ({ contentType, uri: payload.uri } satisfies PayloadInput);
}

/** A payload without a body is an empty one; one that is not there at all is undefined. */
export function decodePayload(
  fields: Fields,
  field: string,
  value: Payload__Output | undefined,
): Payload | undefined {
  if (value === undefined) return undefined;
  const contentType =
    value.contentType === undefined || value.contentType === "" ? CONTENT_TYPE_DEFAULT : value.contentType;
  if (contentType.length > CONTENT_TYPE_MAX || !/^[\x20-\x7e]+$/.test(contentType)) {
    fields.bad(
      `${field}.content_type`,
      `up to ${CONTENT_TYPE_MAX} printable ASCII characters`,
      shown(contentType),
    );
  }
  if (value.body !== "uri") return { contentType, body: value.inline ?? Buffer.alloc(0), uri: null };
  const uri = value.uri ?? "";
  if (uri === "" || uri.length > URI_MAX)
    fields.bad(`${field}.uri`, `1 to ${URI_MAX} characters`, shown(uri));
  fields.noNul(`${field}.uri`, uri);
  return { contentType, body: null, uri };
}
