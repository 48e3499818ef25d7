/**
 * Writes the protobuf wire format, for the few messages that carry jobs; both ends of the stream use it. Numbers and
 * lengths are written in their shortest form, as every encoder does.
 */
const VARINT = 0;
const BYTES = 2;
/** Room that a message's length is given at first: enough for 16 KiB. */
const LENGTH_BYTES = 2;
/** A UTF-8 text takes at most this many bytes for each UTF-16 unit. */
const BYTES_PER_UNIT = 3;
const VARINT_BYTES_MAX = 10;
const TWO_32 = 2 ** 32;

export class WireWriter {
  #bytes: Buffer;
  #at = 0;

  /** @param bytes about as many as will be written */
  constructor(bytes: number) {
    this.#bytes = Buffer.allocUnsafe(bytes);
  }

  /** What was written so far, not copied. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  /** @param value a whole number, 0 <= value < 2^53 */
  uint(field: number, value: number): void {
    this.#reserve(2 * VARINT_BYTES_MAX);
    this.#varint(field * 8 + VARINT);
    this.#varint(value);
  }

  /** @param value a whole number of 32 bits */
  int32(field: number, value: number): void {
    if (value >= 0) return this.uint(field, value);
    // Sign-extended to 64 bits, as the format wants it.
    this.#reserve(2 * VARINT_BYTES_MAX);
    this.#varint(field * 8 + VARINT);
    let low = (TWO_32 + value) % TWO_32;
    for (let index = 0; index < 4; index++) {
      this.#bytes[this.#at++] = (low % 128) | 128;
      low = Math.floor(low / 128);
    }
    this.#bytes[this.#at++] = low | 0b1111_0000;
    for (let index = 0; index < 4; index++) this.#bytes[this.#at++] = 255;
    this.#bytes[this.#at++] = 1;
  }

  string(field: number, text: string): void {
    const most = text.length * BYTES_PER_UNIT;
    this.#reserve(2 * VARINT_BYTES_MAX + most);
    this.#varint(field * 8 + BYTES);
    if (most < 128) {
      const length = this.#bytes.write(text, this.#at + 1);
      this.#bytes[this.#at] = length;
      this.#at += 1 + length;
    } else {
      this.#varint(Buffer.byteLength(text));
      this.#at += this.#bytes.write(text, this.#at);
    }
  }

  bytes(field: number, value: Uint8Array): void {
    this.#reserve(2 * VARINT_BYTES_MAX + value.length);
    this.#varint(field * 8 + BYTES);
    this.#varint(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** Begins a message; everything up to `end` is inside. @returns what `end` needs */
  begin(field: number): number {
    this.#reserve(VARINT_BYTES_MAX + LENGTH_BYTES);
    this.#varint(field * 8 + BYTES);
    const start = this.#at;
    this.#at += LENGTH_BYTES;
    return start;
  }

  end(start: number): void {
    const from = start + LENGTH_BYTES;
    const length = this.#at - from;
    const needs = length < 128 ? 1 : length < 16_384 ? 2 : length < 2_097_152 ? 3 : 4;
    if (needs !== LENGTH_BYTES) {
      this.#reserve(VARINT_BYTES_MAX);
      this.#bytes.copyWithin(start + needs, from, this.#at);
    }
    this.#at = start;
    this.#varint(length);
    this.#at += length;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#at++] = rest;
  }

  #reserve(count: number): void {
    const needed = this.#at + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
