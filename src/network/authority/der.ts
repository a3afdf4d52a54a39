/** The few forms of DER (X.690) that a certificate is made of. */

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x30, ...parts);
}

export function set(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x31, ...parts);
}

/** `[index] EXPLICIT`, or a constructed implicit value. */
export function context(index: number, ...parts: readonly Uint8Array[]): Buffer {
  return tagged(0xa0 | index, ...parts);
}

/** `[index] IMPLICIT` of a primitive type. */
export function contextPrimitive(index: number, bytes: Uint8Array): Buffer {
  return tagged(0x80 | index, bytes);
}

/** @param bytes big-endian magnitude, not negative */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const magnitude = first === -1 ? Buffer.of(0) : Buffer.from(bytes.subarray(first));
  // A leading bit that is set would make it negative.
  return tagged(0x02, (magnitude[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), magnitude]) : magnitude);
}

export function boolean(value: boolean): Buffer {
  return tagged(0x01, Buffer.of(value ? 0xff : 0));
}

export function octetString(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x04, ...parts);
}

export function bitString(bytes: Uint8Array, unusedBitCount = 0): Buffer {
  return tagged(0x03, Buffer.of(unusedBitCount), bytes);
}

export function utf8String(text: string): Buffer {
  return tagged(0x0c, Buffer.from(text, "utf8"));
}

export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** UTCTime up to 2049, GeneralizedTime after: RFC 5280, 4.1.2.5. */
export function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "");
  const isShort = new Date(ms).getUTCFullYear() < 2050;
  return tagged(isShort ? 0x17 : 0x18, Buffer.from(isShort ? text.slice(2) : text, "latin1"));
}

function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthBytes(content.length), content]);
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return Buffer.of(0x80 | bytes.length, ...bytes);
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
