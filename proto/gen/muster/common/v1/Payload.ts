// Original file: proto/muster/common/v1/payload.proto

/**
 * Opaque bytes with a content type. Muster never looks inside.
 */
export interface Payload {
  /**
   * e.g. application/json; empty means application/octet-stream
   */
  contentType?: string;
  /**
   * up to the limits of Welcome
   */
  inline?: Buffer | Uint8Array | string;
  /**
   * where the bytes are kept, for what is too large to send
   */
  uri?: string;
  body?: "inline" | "uri";
}

/**
 * Opaque bytes with a content type. Muster never looks inside.
 */
export interface Payload__Output {
  /**
   * e.g. application/json; empty means application/octet-stream
   */
  contentType?: string;
  /**
   * up to the limits of Welcome
   */
  inline?: Buffer;
  /**
   * where the bytes are kept, for what is too large to send
   */
  uri?: string;
  body?: "inline" | "uri";
}
