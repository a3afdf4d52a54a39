const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** Writes protobuf fields one after the other. What is empty or zero is left out, as proto3 has it, unless told to stay. */
export class ProtobufWriter {
  #bytes = Buffer.allocUnsafe(4_096);
  #at = 0;

  result(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#at);
  }

  /** A message inside this one; written even where it is empty. */
  message(number: number, write: () => void): void {
    this.#tag(number, LENGTH);
    // One byte for the length is enough mostly; for more the message is moved on.
    this.#room(1);
    const start = (this.#at += 1);
    write();
    const length = this.#at - start;
    const size = varintSize(length);
    if (size > 1) {
      this.#room(size - 1);
      this.#bytes.copyWithin(start + size - 1, start, this.#at);
    }
    this.#at = start - 1;
    this.#varint(length);
    this.#at += length;
  }

  text(number: number, text: string | undefined): void {
    if (text !== undefined && text !== "") this.textAlways(number, text);
  }

  /** Also an empty one: inside a oneof that is a value. */
  textAlways(number: number, text: string): void {
    const length = Buffer.byteLength(text);
    this.#length(number, length);
    this.#bytes.write(text, this.#at, "utf8");
    this.#at += length;
  }

  bytes(number: number, text: string, encoding: "hex" | "base64"): void {
    const bytes = Buffer.from(text, encoding);
    this.#length(number, bytes.length);
    this.#at += bytes.copy(this.#bytes, this.#at);
  }

  uint(number: number, value: number | undefined): void {
    if (value === undefined || value === 0) return;
    this.#tag(number, VARINT);
    this.#varint(value);
  }

  bool(number: number, value: boolean): void {
    this.#tag(number, VARINT);
    this.#varint(value ? 1 : 0);
  }

  /** @param value decimal text where a number does not hold it */
  int64(number: number, value: number | string): void {
    this.#tag(number, VARINT);
    if (typeof value === "number" && value >= 0) return this.#varint(value);
    let rest = BigInt.asUintN(64, BigInt(value));
    this.#room(10);
    for (; rest >= 0x80n; rest >>= 7n) this.#bytes[this.#at++] = Number(rest & 0x7fn) | 0x80;
    this.#bytes[this.#at++] = Number(rest);
  }

  double(number: number, value: number): void {
    this.#tag(number, FIXED64);
    this.#room(8);
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
  }

  fixed32(number: number, value: number | undefined): void {
    if (value === undefined || value === 0) return;
    this.#tag(number, FIXED32);
    this.#room(4);
    this.#at = this.#bytes.writeUInt32LE(value >>> 0, this.#at);
  }

  /** @param text decimal */
  fixed64(number: number, text: string | undefined): void {
    if (text === undefined || text === "0") return;
    this.#tag(number, FIXED64);
    this.#room(8);
    this.#at = this.#bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(text)), this.#at);
  }

  #tag(number: number, wireType: number): void {
    this.#varint(number * 8 + wireType);
  }

  #length(number: number, length: number): void {
    this.#tag(number, LENGTH);
    this.#varint(length);
    this.#room(length);
  }

  #varint(value: number): void {
    this.#room(8);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes[this.#at++] = (rest % 0x80) | 0x80;
    this.#bytes[this.#at++] = rest;
  }

  #room(count: number): void {
    const needed = this.#at + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}
