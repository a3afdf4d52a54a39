import { badPayload } from "./bad-payload.ts";
import { KeyTexts } from "./key-texts.ts";

/** Wire types, the low three bits of a tag. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

const HALF = 65_536;
const BILLION = 1_000_000_000;

/** Keys and names of telemetry repeat in every span: one text serves all. */
const keyTexts = new KeyTexts();
/** So do most short values: who did it, for whom, with what model. */
const valueTexts = new KeyTexts();
/** Longer ones are said once. */
const VALUE_BYTES_MAX = 32;

/**
 * Walks over protobuf bytes, once and forward. A message is read by `while (reader.isInside(end)) switch (reader.tag())`;
 * a field that came with another wire type than the schema's has another tag, so it is skipped as an unknown one is.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class ProtobufReader {
  readonly #bytes: Buffer;
  readonly #read = { low: 0, high: 0 };
  readonly #traceId = { at: 0, end: 0, text: "" };
  readonly #parentId = { at: 0, end: 0, text: "" };
  /** Of the next byte. */
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** @throws where the last field ran over the end of its message */
  isInside(end: number): boolean {
    if (this.at > end) throw badPayload(`a field runs over the end of its message at byte ${end}`);
    return this.at < end;
  }

  /** The next field's number and wire type in one. */
  tag(): number {
    const tag = this.uint32();
    if (tag >>> 3 === 0) throw badPayload(`a field of number 0 at byte ${this.at}`);
    return tag;
  }

  /** The end of the message, text or bytes that comes now. */
  end(within: number): number {
    const length = this.uint32();
    const end = this.at + length;
    if (end > within)
      throw badPayload(`${length} bytes are announced at byte ${this.at}, ${within - this.at} are left`);
    return end;
  }

  skip(tag: number, within: number): void {
    switch (tag & 7) {
      case VARINT:
        this.#varint();
        return;
      case FIXED64:
        this.at += 8;
        return;
      case LENGTH:
        this.at = this.end(within);
        return;
      case FIXED32:
        this.at += 4;
        return;
      default:
        throw badPayload(`wire type ${tag & 7} at byte ${this.at}`);
    }
  }

  /** For tags, lengths and counts: a number that needs more than 32 bits is refused. */
  uint32(): number {
    const byte = this.#bytes[this.at];
    if (byte !== undefined && byte < 0x80) {
      this.at += 1;
      return byte;
    }
    const { low, high } = this.#varint();
    if (high !== 0) throw badPayload(`a number of more than 32 bits at byte ${this.at}`);
    return low;
  }

  /** An enum, as 32 bits with sign, however long it was written. */
  int32(): number {
    return this.#varint().low | 0;
  }

  /** As `int32`, without sign. */
  count(): number {
    return this.#varint().low;
  }

  bool(): boolean {
    const { low, high } = this.#varint();
    return low !== 0 || high !== 0;
  }

  /** A number where that is exact, else decimal text. */
  int64(): number | string {
    const { low, high } = this.#varint();
    const value = (high | 0) * 2 ** 32 + low;
    if (Number.isSafeInteger(value)) return value;
    return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)).toString();
  }

  double(): number {
    this.#need(8);
    const value = this.#bytes.readDoubleLE(this.at);
    this.at += 8;
    return value;
  }

  fixed32(): number {
    this.#need(4);
    const value = this.#bytes.readUInt32LE(this.at);
    this.at += 4;
    return value;
  }

  /** 64 bits without sign as decimal text: a long division by 10^9 in steps that a number holds exactly. */
  fixed64(): string {
    this.#need(8);
    const bytes = this.#bytes;
    let rest = 0;
    let billions = 0;
    for (let half = this.at + 6; half >= this.at; half -= 2) {
      rest = rest * HALF + bytes.readUInt16LE(half);
      const times = Math.floor(rest / BILLION);
      billions = billions * HALF + times;
      rest -= times * BILLION;
    }
    this.at += 8;
    return billions === 0 ? String(rest) : `${billions}${String(rest).padStart(9, "0")}`;
  }

  /** Bytes that are no UTF-8 are replaced by U+FFFD. */
  text(end: number): string {
    const text =
      end - this.at <= VALUE_BYTES_MAX
        ? valueTexts.at(this.#bytes, this.at, end)
        : this.#bytes.toString("utf8", this.at, end);
    this.at = end;
    return text;
  }

  /** As `text`, for what comes again and again. */
  key(end: number): string {
    const text = keyTexts.at(this.#bytes, this.at, end);
    this.at = end;
    return text;
  }

  /** No more than the first so many bytes of a text, without the beginning of a character that does not fit. */
  textStart(end: number, bytesMax: number): string {
    let last = this.at + bytesMax;
    while (last > this.at && ((this.#bytes[last] ?? 0) & 0xc0) === 0x80) last -= 1;
    const text = this.#bytes.toString("utf8", this.at, last);
    this.at = end;
    return text;
  }

  base64(end: number, bytesMax = Infinity): string {
    const text = this.#bytes.toString("base64", this.at, Math.min(end, this.at + bytesMax));
    this.at = end;
    return text;
  }

  /** Of an id; one that is longer than any comes back as no hexadecimal at all. */
  hex(end: number): string {
    const text = end - this.at > 16 ? "-" : this.#bytes.toString("hex", this.at, end);
    this.at = end;
    return text;
  }

  /** As `hex`; most spans have the trace, and the parent, of the span before. */
  traceId(end: number): string {
    return this.#hexAgain(this.#traceId, end);
  }

  parentId(end: number): string {
    return this.#hexAgain(this.#parentId, end);
  }

  #hexAgain(before: { at: number; end: number; text: string }, end: number): string {
    if (end - this.at === before.end - before.at && this.#isSame(this.at, before.at, end - this.at)) this.at = end;
    else {
      before.at = this.at;
      before.end = end;
      before.text = this.hex(end);
    }
    return before.text;
  }

  #isSame(at: number, other: number, length: number): boolean {
    const bytes = this.#bytes;
    for (let index = 0; index < length; index += 1) if (bytes[at + index] !== bytes[other + index]) return false;
    return true;
  }

  /** Up to ten bytes of seven bits each, the lowest first. */
  #varint(): { readonly low: number; readonly high: number } {
    const read = this.#read;
    read.low = 0;
    read.high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.at];
      if (byte === undefined) throw badPayload(`it breaks off at byte ${this.at}`);
      this.at += 1;
      const bits = byte & 0x7f;
      if (shift < 28) read.low |= bits << shift;
      else if (shift === 28) {
        read.low |= bits << 28;
        read.high = bits >>> 4;
      } else read.high |= bits << (shift - 32);
      if (byte < 0x80) {
        read.low >>>= 0;
        read.high >>>= 0;
        return read;
      }
    }
    throw badPayload(`a number of more than ten bytes at byte ${this.at}`);
  }

  #need(count: number): void {
    if (this.at + count > this.#bytes.length) throw badPayload(`it breaks off at byte ${this.#bytes.length}`);
  }
}
