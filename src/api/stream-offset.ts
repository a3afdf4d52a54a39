const DIGITS = 16;

/** A place in a run's stream, as the Durable Streams protocol wants it: opaque, and sorted as text. */
export function encodeStreamOffset(nextSeq: number): string {
  return String(nextSeq).padStart(DIGITS, "0");
}

/** @returns the sequence number of the first event behind the offset; `now` is for the caller to know */
export function decodeStreamOffset(offset: string): number {
  return offset === "-1" ? 0 : Number(offset);
}
