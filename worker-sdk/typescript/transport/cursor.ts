/** A place in bytes of the protobuf wire format, and what is read from there on. Never reads past the end it was given. */

/** How a field is written: the last three bits of its tag. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

export class Cursor {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;
  #wireType = 0;

  constructor(bytes: Buffer, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get isOpen(): boolean {
    return this.at < this.end;
  }

  /** Of the next field: its number x 8 + its wire type. */
  tag(): number {
    const tag = this.varint();
    this.#wireType = tag % 8;
    return tag;
  }

  /** Passes over the field whose tag was read last. */
  skipField(): void {
    this.skip(this.#wireType);
  }

  /** The message that begins here; this cursor stands behind it. */
  inner(): Cursor {
    const length = this.length();
    const inner = new Cursor(this.bytes, this.at, this.at + length);
    this.at += length;
    return inner;
  }

  text(): string {
    const length = this.length();
    return this.bytes.toString("utf8", this.at, (this.at += length));
  }

  /** A view, no copy. */
  bytesOf(): Buffer {
    const length = this.length();
    return this.bytes.subarray(this.at, (this.at += length));
  }

  /** The low 32 bits, as a signed number: what is negative is written with ten bytes. */
  int32(): number {
    let value = 0;
    for (let index = 0; index < 10; index++) {
      const byte = this.at < this.end ? this.bytes[this.at++] : undefined;
      if (byte === undefined) throw new RangeError("the frame ends inside a number");
      if (index < 5) value |= (byte & 0x7f) << (7 * index);
      if (byte < 0x80) return value;
    }
    throw new RangeError("a number of more than ten bytes");
  }

  /** Values up to 2^53 are exact: counters stay below it by contract. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let index = 0; index < 10; index++) {
      const byte = this.at < this.end ? this.bytes[this.at++] : undefined;
      if (byte === undefined) throw new RangeError("the frame ends inside a number");
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw new RangeError("a number of more than ten bytes");
  }

  /** A length prefix whose bytes are all there; the cursor stands on the first of them. */
  length(): number {
    const length = this.varint();
    if (this.at + length > this.end) throw new RangeError("the frame ends inside a field");
    return length;
  }

  skip(wireType: number): void {
    if (wireType === WIRE.varint) this.varint();
    else if (wireType === WIRE.bytes) this.#skipBytes();
    else if (wireType === WIRE.fixed64) this.at += 8;
    else if (wireType === WIRE.fixed32) this.at += 4;
    else throw new RangeError(`wire type ${wireType} is not part of proto3`);
    if (this.at > this.end) throw new RangeError("the frame ends inside a field");
  }

  #skipBytes(): void {
    const length = this.length();
    this.at += length;
  }
}
