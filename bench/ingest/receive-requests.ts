import type { Readable } from "node:stream";

export interface Received {
  readonly bytes: Uint8Array;
  /** Traces that ended with it. */
  readonly endedCount: number;
}

const HEAD_BYTES = 8;

/** What `send-requests` writes, request by request. */
export async function* receiveRequests(from: Readable): AsyncGenerator<Received> {
  let pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of from as AsyncIterable<Buffer>) {
    pieces.push(piece);
    size += piece.length;
    for (;;) {
      const head = size < HEAD_BYTES ? undefined : firstBytes(pieces, HEAD_BYTES);
      const end = head === undefined ? Infinity : HEAD_BYTES + head.readUInt32LE(0);
      if (head === undefined || size < end) break;
      const all = Buffer.concat(pieces);
      yield { bytes: all.subarray(HEAD_BYTES, end), endedCount: head.readUInt32LE(4) };
      pieces = [all.subarray(end)];
      size -= end;
    }
  }
}

function firstBytes(pieces: readonly Buffer[], count: number): Buffer {
  const [first] = pieces;
  return first !== undefined && first.length >= count ? first : Buffer.concat(pieces);
}
